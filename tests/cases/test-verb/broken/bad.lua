return { id="t.bad", type="Error", any={"boo("} }
