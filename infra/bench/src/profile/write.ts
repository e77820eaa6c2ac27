import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Spent } from '../measure/processes.ts'
import { flame } from './flame.ts'
import { byPackage } from './packages.ts'
import { readProfiles, type Stack, type Window } from './samples.ts'

/** CPU of a process by package, in ms for each saga; what is below a hundredth of the process is left out. */
export interface PackageCosts {
  readonly process: string
  readonly packages: Readonly<Record<string, number>>
}

/**
 * A profile counts time, also that in which the process waited for a core; this shares out the CPU that it really took (its compiling and collecting
 * threads' too) as the profile shares out its time.
 */
function asCpu(stacks: readonly Stack[], cpuSeconds: number): Stack[] {
  const factor = (cpuSeconds * 1e6) / stacks.reduce((sum, { micros }) => sum + micros, 0)
  return stacks.map(({ frames, micros }) => ({ frames, micros: micros * factor }))
}

/** Makes `flame.svg` from the CPU profiles in a folder, and the same as numbers. */
export async function writeProfile(
  folder: string,
  phase: { window: Window; spent: readonly Spent[] },
  sagas: number,
): Promise<PackageCosts[]> {
  const profiles = new Map<string, Stack[]>()
  for (const [name, stacks] of await readProfiles(folder, phase.window)) {
    const spent = phase.spent.find((each) => each.name === name)
    if (spent !== undefined && stacks.length > 0) profiles.set(name, asCpu(stacks, spent.cpuSeconds))
  }
  await writeFile(join(folder, 'flame.svg'), flame(profiles, Math.max(1, sagas)))
  return [...profiles].map(([process, stacks]) => {
    const costs = byPackage(stacks)
    const total = costs.reduce((sum, [, ms]) => sum + ms, 0)
    const shown = costs
      .filter(([, ms]) => ms * 100 >= total)
      .map(([name, ms]) => [name, Math.round((ms * 1000) / Math.max(1, sagas)) / 1000])
    return { process, packages: Object.fromEntries(shown) }
  })
}
