import { existsSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { crashPoints } from '@murmuration/choreography'
import { consumers, serviceOf } from '../stack/processes.ts'
import { oneMoreVictim } from './at-a-time.ts'
import type { Fault } from './fault.ts'
import { rows } from './rows.ts'

// Only these call the outside world.
const performing = new Set(['channel', 'notification'])

/** Arms one: the process kills itself at the n-th passing of that point. The target is `<process> <point> <n>`. */
export const crashPoint: Fault = {
  name: 'crash-point',
  row: rows.crashPoints,
  overlaps: true,
  draw(random) {
    const process = random.pick(consumers)
    const points = crashPoints.filter((point) => point !== 'performed' || performing.has(serviceOf(process)))
    return { target: `${process} ${random.pick(points)} ${random.between(1, 4)}`, forMs: 8000 }
  },
  mayBegin: (stage, target) => oneMoreVictim(stage, processOf(target)),
  async inject(stage, target) {
    const [process = '', point = '', n = '1'] = target.split(' ')
    // One at a time.
    while (existsSync(stage.crashFile(process))) await sleep(100)
    await writeFile(stage.crashFile(process), `${point} ${n}`)
    return () =>
      rm(stage.crashFile(process)).then(
        () => 'missed',
        () => undefined,
      )
  },
  isOver: (stage, target) => !existsSync(stage.crashFile(processOf(target))),
}

const processOf = (target: string): string => target.split(' ')[0] ?? ''
