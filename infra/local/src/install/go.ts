import { copyFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { cachedFolder } from './cached.ts'
import { run } from './run.ts'
import { systemTool } from './tools.ts'

export type GoProgram = {
  /** Of the folder in the cache; carries the version. */
  name: string
  binary: string
  /** Holds `go.mod` and `go.sum`. */
  sources: string
  /** The package with `main`, e.g. `github.com/grafana/tempo/cmd/tempo`; or `.` with the `files` that make it. */
  program: string
  files?: string[]
  env?: Record<string, string>
}

/**
 * Builds a Go program on first use.
 *
 * @returns the binary in the cache
 * @throws MissingPrerequisite, CommandFailed
 */
export const goProgram = async (
  cache: string,
  { name, binary, sources, program, files = [], env = {} }: GoProgram,
  note: (text: string) => void,
): Promise<string> => {
  const folder = await cachedFolder(cache, name, async (draft) => {
    note('building with Go, some minutes the first time')
    const go = await systemTool('go', 'golang-go', ['/usr/local/go/bin'])
    const module = join(draft, 'module')
    await mkdir(module)
    for (const file of ['go.mod', 'go.sum', ...files]) await copyFile(join(sources, file), join(module, file))
    await run(go, ['build', '-trimpath', '-ldflags=-s -w', '-o', join(draft, binary), program], {
      cwd: module,
      env: { ...process.env, GOFLAGS: '-mod=mod', GOWORK: 'off', ...env },
    })
  })
  return join(folder, binary)
}
