import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { flame } from './flame.ts'
import { byPackage } from './packages.ts'
import { readProfiles, type Window } from './samples.ts'

/** CPU of a process by package, in ms for each saga; what is below a hundredth of the process is left out. */
export interface PackageCosts {
  readonly process: string
  readonly packages: Readonly<Record<string, number>>
}

/** Makes `flame.svg` from the CPU profiles in a folder, and the same as numbers. */
export async function writeProfile(folder: string, window: Window, sagas: number): Promise<PackageCosts[]> {
  const profiles = await readProfiles(folder, window)
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
