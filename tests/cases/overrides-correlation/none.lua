return { many = { correlate = { count = 3 } } }
