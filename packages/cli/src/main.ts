#!/usr/bin/env node
import { CommanderError } from 'commander'
import { EXIT } from './errors.ts'
import { fail } from './output.ts'
import { program } from './program.ts'

// `murmur … | head` closes the pipe early; that is no error.
process.stdout.on('error', () => process.exit(EXIT.ok))

try {
  await program().parseAsync()
} catch (error) {
  // commander has said what is wrong, or has shown the help, by itself.
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage
  else fail(error)
}
