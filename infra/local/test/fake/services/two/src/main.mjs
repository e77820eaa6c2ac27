// Never run: these two are hosted together.
process.exit(4)
