import { bad, type Finding, ok } from '../doctor/check.ts'
import { infraFindings } from '../doctor/infra.ts'
import { lagFindings } from '../doctor/lag.ts'
import { serviceFindings } from '../doctor/services.ts'
import { EXIT } from '../errors.ts'
import { paint, type Result, tableOf } from '../output.ts'
import type { Stack } from '../stack/stack.ts'

/** `murmur doctor`. Exit 0 when nothing is bad (warnings included), 1 when something is, 3 when there is no stack at all. */
export async function doctor(stack: Stack): Promise<Result> {
  const some = stack.brokers !== undefined || Object.keys(stack.services).length > 0
  if (!some) return resultOf([node(), bad('stack', 'no stack is running here', '`npm start -- --detach` starts one.')], EXIT.unreachable)
  const [infra, services, lag] = await Promise.all([infraFindings(stack), serviceFindings(stack), lagFindings(stack)])
  const findings = [node(), ok('stack', stack.file ?? 'from the environment'), ...infra, ...services, ...lag]
  return resultOf(findings, findings.some(({ status }) => status === 'bad') ? EXIT.no : EXIT.ok)
}

const MIN_NODE = 24

function node(): Finding {
  const major = Number(process.versions.node.split('.')[0])
  return major >= MIN_NODE
    ? ok('node', process.version)
    : bad('node', process.version, 'Run it as `npm run -s murmur -- …`, which brings its own Node 24.')
}

const signs = { ok: ['green', '✓'], warn: ['yellow', '!'], bad: ['red', '✗'] } as const

function resultOf(findings: readonly Finding[], exitCode: typeof EXIT.ok | typeof EXIT.no | typeof EXIT.unreachable): Result {
  // The sign is coloured after the columns are laid out: its escape codes have no width.
  const table = tableOf(findings.map(({ name, detail }) => [name, detail])).split('\n')
  const lines = findings.flatMap(({ status, advice }, index) => {
    const [colour, sign] = signs[status]
    return [`${paint(colour, sign)} ${table[index] ?? ''}`, ...(advice === undefined ? [] : [paint('dim', `    → ${advice}`)])]
  })
  const wrong = findings.filter(({ status }) => status === 'bad').length
  const doubtful = findings.filter(({ status }) => status === 'warn').length
  const sum = wrong + doubtful === 0 ? paint('green', 'all is well') : `${wrong} bad, ${doubtful} to look at`
  return { json: { ok: wrong === 0, findings }, text: [...lines, '', sum].join('\n'), exitCode }
}
