# Secrets across the borders at which texts are cut.
secret = "password=" + "Zx9hunter2Q" * 3
print("CASE " + "a" * 2020 + " " + secret)
print("CASE " + "a" * 8170 + " " + secret)
print("CASE " + "a" * 1000 + " " + secret + " " + "b" * 9000)
