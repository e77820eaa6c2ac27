import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { readJson } from '../files.ts'
import { repositoryRoot } from '../paths.ts'

/** A package of the workspace that has tests. */
export type TestedPackage = { name: string; folder: string }

const areas = ['packages', 'services', 'infra']

const inArea = async (area: string): Promise<TestedPackage[]> => {
  const folders = (await readdir(join(repositoryRoot, area), { withFileTypes: true })).filter((entry) => entry.isDirectory())
  const found = await Promise.all(
    folders.map(async (entry): Promise<TestedPackage | undefined> => {
      const folder = join(repositoryRoot, area, entry.name)
      const manifest = await readJson(join(folder, 'package.json'))
      if (typeof manifest !== 'object' || manifest === null || !('name' in manifest) || !('scripts' in manifest)) return undefined
      const { name, scripts } = manifest
      const tested = typeof scripts === 'object' && scripts !== null && 'test' in scripts
      return tested && typeof name === 'string' ? { name, folder } : undefined
    }),
  )
  return found.filter((one) => one !== undefined)
}

/** All of them, or those that are named (with or without the scope). */
export const testedPackages = async (only: string[]): Promise<TestedPackage[]> => {
  const all = (await Promise.all(areas.map(inArea))).flat()
  return only.length === 0 ? all : all.filter(({ name }) => only.some((one) => name === one || name.split('/')[1] === one))
}
