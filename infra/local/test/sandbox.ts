import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stackFolder } from '../src/paths.ts'
import { endAll } from '../src/process/end.ts'

export const fakeServices = join(import.meta.dirname, 'fake', 'services')

/** A stack folder of its own for one test file; `clear` ends whatever was started in it. */
export const sandbox = async (): Promise<{ stack: string; clear: () => Promise<void> }> => {
  const base = await mkdtemp(join(tmpdir(), 'murmuration-local-'))
  process.env['MURMURATION_LOCAL'] = base
  const stack = stackFolder('test')
  return {
    stack,
    clear: async () => {
      await endAll(stack)
      await rm(base, { recursive: true, force: true })
    },
  }
}
