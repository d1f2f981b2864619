return "text"
