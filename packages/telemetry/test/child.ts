import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const fixture = (name: string): string => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url))

/** What a fixture that ran in its own Node process left behind; `result` is the JSON of its last line, or of its spans. */
export type Ran = { code: number; result: unknown; stdout: string; stderr: string; ms: number }

/** Runs a fixture as a service is run: `node --import <preload> <fixture>`, with a clean telemetry environment. */
export const runChild = (name: string, preload: string | undefined, env: Record<string, string> = {}): Promise<Ran> => {
  const { PATH = '' } = process.env
  const imports = preload === undefined ? [] : ['--import', preload.startsWith('@') ? preload : fixture(preload)]
  const started = performance.now()
  return new Promise((resolve) => {
    const options = { env: { PATH, SERVICE_NAME: 'order', ...env }, timeout: 15_000, cwd: fixture('.') }
    execFile(process.execPath, [...imports, fixture(name)], options, (error, stdout, stderr) => {
      // A logger whose pipe was full for a moment may write its line after the spans.
      const lines = stdout.trim().split('\n')
      const last = lines.findLast((line) => line.startsWith('[')) ?? lines.at(-1) ?? ''
      const result: unknown = last.startsWith('{') || last.startsWith('[') ? JSON.parse(last) : undefined
      resolve({ code: Number(error?.code ?? 0), result, stdout, stderr, ms: performance.now() - started })
    })
  })
}
