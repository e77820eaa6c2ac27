import { readdir, readFile } from 'node:fs/promises'

/** A process with all that it started. CPU seconds since it began, memory in MB. */
export interface Usage {
  readonly cpuSeconds: number
  /** What it holds in memory; of several processes each shared page counts once (PSS). */
  readonly rssMb: number
  /** The most that it held since it began; null for several processes, whose peaks need not have been at one time. */
  readonly peakRssMb: number | null
}

interface Stat {
  readonly parent: number
  /** In clock ticks: of the process, and of its children that have ended. */
  readonly own: number
  readonly endedChildren: number
}

const ticksPerSecond = 100

/** One line of /proc/<pid>/stat. The command in it may hold blanks and brackets. */
export function parseStat(line: string): Stat {
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ')
  const at = (index: number): number => Number(fields[index - 3])
  return { parent: at(4), own: at(14) + at(15), endedChildren: at(16) + at(17) }
}

/** A line of kilobytes, such as `VmHWM:   12345 kB`, in MB. */
export function megabytes(text: string, name: string): number | undefined {
  const found = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)
  return found === null ? undefined : Number(found[1]) / 1024
}

const read = (pid: number, file: string): Promise<string> => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '')

async function allStats(): Promise<Map<number, Stat>> {
  const pids = (await readdir('/proc').catch(() => [])).map(Number).filter(Number.isInteger)
  const lines = await Promise.all(pids.map(async (pid) => ({ pid, line: await read(pid, 'stat') })))
  return new Map(lines.filter(({ line }) => line !== '').map(({ pid, line }) => [pid, parseStat(line)]))
}

function family(root: number, stats: ReadonlyMap<number, Stat>): number[] {
  const members = [root]
  for (const member of members) for (const [pid, { parent }] of stats) if (parent === member) members.push(pid)
  return members
}

async function memoryOf(pids: readonly number[]): Promise<Pick<Usage, 'rssMb' | 'peakRssMb'>> {
  const [only] = pids
  if (pids.length === 1 && only !== undefined) {
    const status = await read(only, 'status')
    return { rssMb: megabytes(status, 'VmRSS') ?? 0, peakRssMb: megabytes(status, 'VmHWM') ?? null }
  }
  const shares = await Promise.all(
    pids.map(async (pid) => megabytes(await read(pid, 'smaps_rollup'), 'Pss') ?? megabytes(await read(pid, 'status'), 'VmRSS') ?? 0),
  )
  return { rssMb: shares.reduce((sum, share) => sum + share, 0), peakRssMb: null }
}

/** Usage by name, of those that run; empty where there is no /proc. */
export async function usageOf(pids: Readonly<Record<string, number>>): Promise<Map<string, Usage>> {
  const stats = await allStats()
  const found = await Promise.all(
    Object.entries(pids).map(async ([name, root]): Promise<[string, Usage] | undefined> => {
      if (!stats.has(root)) return undefined
      const members = name === 'bench' ? [root] : family(root, stats)
      const ticks = members.reduce((sum, pid) => sum + (stats.get(pid)?.own ?? 0) + (stats.get(pid)?.endedChildren ?? 0), 0)
      return [name, { cpuSeconds: ticks / ticksPerSecond, ...(await memoryOf(members)) }]
    }),
  )
  return new Map(found.filter((entry) => entry !== undefined))
}
