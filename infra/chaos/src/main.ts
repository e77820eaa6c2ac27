import { Command, CommanderError } from 'commander'
import { addChaos } from './command.ts'

// kafkajs computes negative timeouts, about which Node 24 warns each time; other warnings are shown.
process.removeAllListeners('warning')
process.on('warning', ({ name, message }) => {
  if (name !== 'TimeoutNegativeWarning') process.stderr.write(`${name}: ${message}\n`)
})

const program = new Command('chaos')
  .description('Troubles a real stack while orders come, and proves that nothing was lost, done twice or left undone.')
  .showHelpAfterError('(see --help)')
  .exitOverride()
addChaos(program)

try {
  await program.parseAsync()
} catch (error) {
  // commander has said what is wrong, or has shown the help, by itself.
  if (!(error instanceof CommanderError)) throw error
  process.exitCode = error.exitCode === 0 ? 0 : 2
}
