import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../../../', import.meta.url)).replace(/\/$/, '')

export const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'murmuration')

/** Node 24 as the workspace has it; the machine's own when that is new enough. */
export const node24 = () => {
  const installed = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
  if (existsSync(installed)) return installed
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath
  throw new Error('Node 24 is not in node_modules. Mend it with: rm -rf node_modules && npm start')
}

/** Node 24, the workspace's tools and pnpm come first; compiled code is kept, as ten processes load the same modules. */
export const environment = (tools) => ({
  ...process.env,
  PATH: [join(root, 'node_modules', 'node', 'bin'), join(root, 'node_modules', '.bin'), tools, process.env.PATH].join(delimiter),
  // Else every `pnpm run` asks the registry about the version that package.json names.
  pnpm_config_pm_on_fail: 'ignore',
  NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(cache, 'compile-cache'),
})

/** Runs a command to its end; what it says goes to stderr, as stdout belongs to the script that is called in the end. */
export const run = (command, args, { env = process.env, cwd = root, quiet = false } = {}) =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (data) => {
        said += data
        if (!quiet) process.stderr.write(data)
      })
    }
    child.once('error', reject)
    child.once('close', (code) =>
      code === 0 ? resolve(said) : reject(new Error(`${[command, ...args].join(' ')} failed (${code})${quiet ? `:\n${said.trim()}` : ''}`)),
    )
  })

/** Becomes the command, as far as Node can: its stdio, its signals, its exit code. */
export const handOver = (command, args, env) =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: 'inherit', env })
    // A terminal sends Ctrl-C to both; only the child decides what comes of it. What is sent to us alone is passed on.
    process.on('SIGINT', () => undefined)
    for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
    child.once('error', reject)
    child.once('exit', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 143)))
  })
