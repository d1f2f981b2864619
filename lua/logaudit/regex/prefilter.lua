return function() return nil, 0 end
