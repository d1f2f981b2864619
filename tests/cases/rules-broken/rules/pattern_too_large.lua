return rule{id="pattern.too_large",type="Error",any={"(((((a{1,100}){1,100}){1,100}){1,100}){1,100})"}}
