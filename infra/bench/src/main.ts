import { Command, CommanderError } from 'commander'
import { addSagas } from './sagas/command.ts'

// kafkajs computes negative timeouts, about which Node 24 warns each time; other warnings are shown.
process.removeAllListeners('warning')
process.on('warning', ({ name, message }) => {
  if (name !== 'TimeoutNegativeWarning') process.stderr.write(`${name}: ${message}\n`)
})

const program = new Command('bench')
  .description('Measures the flock. Each subcommand says in its --help what exactly.')
  .showHelpAfterError('(see --help)')
  .exitOverride()
addSagas(program)

try {
  await program.parseAsync()
} catch (error) {
  // commander has said what is wrong, or has shown the help, by itself.
  if (!(error instanceof CommanderError)) throw error
  process.exitCode = error.exitCode === 0 ? 0 : 2
}
