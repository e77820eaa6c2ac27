import { availableParallelism } from 'node:os'
import { within } from '@murmuration/cli/within'
import { type Command, Option } from 'commander'

export interface Options {
  readonly seeds: number
  readonly from: number
  readonly seed?: number
  readonly jobs: number
  readonly json: boolean
  readonly mutants: boolean | string
  readonly story: boolean
}

const MAX_SEED = 2 ** 32 - 1

const about = `
Each seed is one schedule: a workload of orders, cancels, refunds, poison and operators, and the faults that strike it: crashes at every call, lost
answers, slow and repeated deliveries, outages, frozen instances. All services run in this process, on the production runtime; time is virtual.

  npm run -s simulate -- --seeds 2000          the suite
  npm run -s simulate -- --seed 7 --story      what happens under seed 7, line by line; the same every time
  npm run -s simulate -- --mutants             planted faults: which seed finds which

events             what services handled: messages, timers, commands, conclusions of side effects
eventsPerSecond    events / CPU time of the processes that ran them, start-up excluded: what one core does in a second

A seed that fails is replayed, shrunk to the few deeds and faults that it takes, and told as a story.

Exit codes: 0 nothing was found (with --mutants: every one was); 1 something was; 2 wrong usage.
`

export const addOptions = (command: Command): Command =>
  command
    .description('Runs all services in a deterministic simulator and checks every promise, seed by seed.')
    .addOption(new Option('--seeds <n>', 'how many seeds').default(2_000).argParser(within(1, 10_000_000, true)))
    .addOption(new Option('--from <seed>', 'the first of them').default(1).argParser(within(0, MAX_SEED, true)))
    .addOption(new Option('--seed <seed>', 'only this one').argParser(within(0, MAX_SEED, true)))
    .addOption(
      new Option('--jobs <n>', 'processes that share the seeds')
        .default(availableParallelism(), 'the number of cores')
        .argParser(within(1, 64, true)),
    )
    .addOption(new Option('--mutants [name]', 'plant faults, all or one, and see that each is found').default(false))
    .option('--story', 'tell what happened, too (with --seed)', false)
    .option('--json', 'print one JSON document', false)
    .addHelpText('after', about)
