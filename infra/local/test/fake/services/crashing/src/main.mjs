// Never gets ready.
process.stderr.write('no configuration: THE_THING is missing\n')
process.exit(3)
