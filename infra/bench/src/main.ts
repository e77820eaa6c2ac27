import './quiet.ts'

import { Command, CommanderError } from 'commander'
import { addBacklog } from './backlog/command.ts'
import { addGrowth } from './growth/command.ts'
import { addIdeal } from './ideal/command.ts'
import { addInstances } from './instances/command.ts'
import { addPeers } from './peers/command.ts'
import { addSagas } from './sagas/command.ts'

const program = new Command('bench')
  .description('Measures the flock. Each subcommand says in its --help what exactly.')
  .showHelpAfterError('(see --help)')
  .exitOverride()
for (const add of [addSagas, addIdeal, addGrowth, addBacklog, addInstances, addPeers]) add(program)

try {
  await program.parseAsync()
} catch (error) {
  // commander has said what is wrong, or has shown the help, by itself.
  if (!(error instanceof CommanderError)) throw error
  process.exitCode = error.exitCode === 0 ? 0 : 2
}
