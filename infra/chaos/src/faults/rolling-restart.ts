import { doubled, serviceOf, services } from '../stack/processes.ts'
import type { Fault } from './fault.ts'
import { restarted } from './restarted.ts'
import { rows } from './rows.ts'

/** One process after the other ends in good order (SIGTERM) and comes back, as a deployment does it. The target is `all`, or one service's name. */
export const rollingRestart: Fault = {
  name: 'rolling-restart',
  row: rows.rolling,
  draw(random, long) {
    const target = long ? 'all' : random.pick(doubled)
    return { target, forMs: processesOf(target).length * restartMs }
  },
  holds: (target) => processesOf(target),
  inject(stage, target) {
    const rolling = (async () => {
      for (const name of processesOf(target)) await restarted(stage.service(name))
    })()
    // Whoever heals it hears of its failure.
    rolling.catch(() => undefined)
    return Promise.resolve(() => rolling)
  },
}

/** About what one takes on a busy machine. */
const restartMs = 2500

const processesOf = (target: string): string[] => services.filter((name) => target === 'all' || serviceOf(name) === target)
