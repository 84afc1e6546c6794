#!/usr/bin/env python3
"""Writes the example recipients: the same 20,000 rows each time. Every domain is reserved for examples (RFC 2606)."""
import random
import sys

rng = random.Random(2026)
first = "ada alan barbara chen claude dana elena emil farah grace hana ivan jonas kaya lena li luca maria mei nils olga paulo qing rosa sam tariq uma vera wei yuki zoe".split()
last = "adams brown chen diaz evans fischer garcia huang ito jansen kim lopez meyer novak okafor patel rossi silva tanaka wang weber yilmaz zhang".split()
cities = ["Amsterdam", "Berlin", "Chengdu", "Hangzhou", "Kyoto", "Lagos", "Lima", "Oslo", "Paris", "Porto", "Shenzhen", "Toronto", "深圳", "Zürich"]
domains = ["example.com"] * 40 + ["example.net"] * 25 + ["example.org"] * 15 + [f"{w}.example" for w in "mail post box letters inbox uni works".split()] * 3
print("Email,name,city,voucher")
for number in range(int(sys.argv[1]) if len(sys.argv) > 1 else 20000):
    f, l = rng.choice(first), rng.choice(last)
    address = rng.choice([f"{f}.{l}{number}", f"{f[0]}{l}{number}", f"{f}{number}", f"{l}_{f}{number}"])
    voucher = "".join(rng.choice("ABCDEFGHJKLMNPQRSTUVWXYZ23456789") for _ in range(8))
    print(f"{address}@{rng.choice(domains)},{f.capitalize()},{rng.choice(cities)},{voucher}")
