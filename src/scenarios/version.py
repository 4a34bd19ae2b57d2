"""The version of the program: plans name it, and stored answers of another one are asked again."""

VERSION = "0.9.0"
