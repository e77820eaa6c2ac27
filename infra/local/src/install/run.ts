import { type ChildProcess, spawn } from 'node:child_process'
import { access, constants } from 'node:fs/promises'
import { delimiter, join } from 'node:path'

/** A command that failed; the message ends with what it said last. */
export class CommandFailed extends Error {
  constructor(command: string, code: number | null, output: string) {
    super(`${command} failed (${code ?? 'killed'}):\n${output.trimEnd().split('\n').slice(-20).join('\n')}`)
    this.name = 'CommandFailed'
  }
}

// Ended with us: a build that goes on alone helps nobody.
const underWay = new Set<ChildProcess>()

export const endRuns = (): void => {
  for (const child of underWay) child.kill()
}

export type RunOptions = { cwd?: string; env?: NodeJS.ProcessEnv; user?: { uid: number; gid: number } | undefined; timeoutMs?: number }

/**
 * Runs a command to its end, quietly.
 *
 * @returns what it wrote to stdout
 * @throws CommandFailed
 */
export const run = (command: string, args: string[], { cwd, env, user, timeoutMs }: RunOptions = {}): Promise<string> =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env: env ?? process.env, stdio: ['ignore', 'pipe', 'pipe'], timeout: timeoutMs, ...user })
    underWay.add(child)
    let stdout = ''
    let both = ''
    child.stdout.on('data', (data: Buffer) => {
      stdout += data.toString()
      both += data.toString()
    })
    child.stderr.on('data', (data: Buffer) => {
      both += data.toString()
    })
    child.once('error', (error) => {
      underWay.delete(child)
      reject(new CommandFailed(command, null, error.message))
    })
    child.once('close', (code) => {
      underWay.delete(child)
      if (code === 0) resolve(stdout)
      else reject(new CommandFailed([command, ...args].join(' '), code, both))
    })
  })

const executable = (file: string): Promise<boolean> =>
  access(file, constants.X_OK).then(
    () => true,
    () => false,
  )

/** The first of the folders (default: PATH) that has the command; undefined when none has it. */
export const findCommand = async (name: string, folders = (process.env['PATH'] ?? '').split(delimiter)): Promise<string | undefined> => {
  for (const folder of folders) {
    if (folder !== '' && (await executable(join(folder, name)))) return join(folder, name)
  }
  return undefined
}
