import { readFile } from 'node:fs/promises'

const ticksPerSecond = 100

/** CPU seconds that the whole machine has worked since it started; undefined where there is no /proc. */
export async function machineCpuSeconds(): Promise<number | undefined> {
  const text = await readFile('/proc/stat', 'utf8').catch(() => undefined)
  return text === undefined ? undefined : busyOf(text)
}

/** From the first line of /proc/stat: all but idle and waiting for the disk. Guests' time is in user's already. */
export function busyOf(stat: string): number {
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = (stat.split('\n')[0] ?? '')
    .trim()
    .split(/\s+/)
    .slice(1)
    .map(Number)
  return (user + nice + system + irq + softirq + steal) / ticksPerSecond
}
