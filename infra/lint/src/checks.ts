import { spawn } from 'node:child_process'

/** One lint tool: how it is called in `folder`, and what its output has to show besides exit code 0. */
export interface Check {
  readonly name: string
  readonly command: readonly string[]
  /** Something is wrong although the tool is content; undefined when not. */
  suspicious?(output: string): string | undefined
}

/** dependency-cruiser passes when it sees nothing at all, as it does where TypeScript has no compiler API. */
const MIN_MODULES = 150

export const checks: readonly Check[] = [
  { name: 'format', command: ['biome', 'check', '--error-on-warnings', '.'] },
  { name: 'lint', command: ['oxlint', '--type-aware', '--deny-warnings', '.'] },
  {
    name: 'dependencies',
    command: ['depcruise', '--config', '.dependency-cruiser.cjs', 'services', 'packages', 'infra'],
    suspicious(output) {
      const seen = Number(/\((\d+) modules/.exec(output)?.[1] ?? 0)
      return seen < MIN_MODULES ? `only ${seen} modules were seen, at least ${MIN_MODULES} expected` : undefined
    },
  },
  { name: 'dead code', command: ['knip', '--no-progress', '--no-config-hints'] },
  { name: 'types', command: ['turbo', 'run', 'typecheck', '--output-logs=errors-only'] },
  { name: 'generated events', command: ['node', 'packages/contracts/scripts/generate.ts', '--check'] },
  { name: 'released schemas', command: ['node', 'packages/contracts/scripts/compatibility.ts'] },
  { name: 'saga map', command: ['node', 'packages/cli/src/main.ts', 'map', '--check'] },
  { name: 'coverage', command: ['node', 'infra/checker/src/main.ts', 'coverage'] },
]

export interface Result {
  readonly name: string
  readonly passed: boolean
  readonly output: string
}

/** Runs a check in a checkout's root; `extra` arguments narrow it down. */
export function runCheck(check: Check, folder: string, extra: readonly string[] = []): Promise<Result> {
  const [tool, ...args] = check.command as [string, ...string[]]
  return new Promise((resolve) => {
    const child = spawn(tool, [...args, ...extra], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output += text))
    child.on('error', (error) => resolve({ name: check.name, passed: false, output: error.message }))
    child.on('close', (code) => {
      const suspicion = check.suspicious?.(output)
      resolve({
        name: check.name,
        passed: code === 0 && suspicion === undefined,
        output: suspicion === undefined ? output : `${output}\n${suspicion}`,
      })
    })
  })
}
