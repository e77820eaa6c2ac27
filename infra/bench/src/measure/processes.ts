import { type Usage, usageOf } from './proc.ts'

/** What a process took for a phase. */
export interface Spent {
  readonly name: string
  readonly cpuSeconds: number
  readonly rssMb: number
  readonly peakRssMb: number | null
}

const round = (value: number, digits: number): number => Math.round(value * 10 ** digits) / 10 ** digits

/** The difference of two looks at the processes; memory as it was at the second. One that was started anew in between counts from its start. */
export function spentBetween(before: ReadonlyMap<string, Usage>, after: ReadonlyMap<string, Usage>): Spent[] {
  return [...after].map(([name, { cpuSeconds, rssMb, peakRssMb }]) => {
    const earlier = before.get(name)?.cpuSeconds ?? 0
    return {
      name,
      cpuSeconds: round(cpuSeconds >= earlier ? cpuSeconds - earlier : cpuSeconds, 2),
      rssMb: round(rssMb, 1),
      peakRssMb: peakRssMb === null ? null : round(peakRssMb, 1),
    }
  })
}

/** CPU and memory of the named processes while `work` runs. */
export async function measured<T>(
  pids: () => Readonly<Record<string, number>>,
  work: () => Promise<T>,
): Promise<{ result: T; spent: Spent[] }> {
  const before = await usageOf(pids())
  const result = await work()
  return { result, spent: spentBetween(before, await usageOf(pids())) }
}

/** All that the sagas cost, the generator not counted: the whole system's CPU per saga in ms. */
export function cpuMsPerSaga(spent: readonly Spent[], sagas: number): number | null {
  if (sagas === 0 || spent.length === 0) return null
  const seconds = spent.filter(({ name }) => name !== 'bench').reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0)
  return round((seconds * 1000) / sagas, 3)
}
