return { id="t.worse", type="Error", any={"boo"}, tests={{"<x> # 1", log=1}} }
