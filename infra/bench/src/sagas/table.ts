import { isGood, type Report } from './report.ts'

const pad = (cells: readonly string[], widths: readonly number[]): string =>
  cells.map((cell, index) => (index === 0 ? cell.padEnd(widths[index] ?? 0) : cell.padStart(widths[index] ?? 0))).join('  ')

/** Columns in line, the first one to the left. */
export function tableOf(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)))
  return rows.map((row) => pad(row, widths).trimEnd()).join('\n')
}

const shown = (value: number | null, unit = ''): string => (value === null ? '–' : `${value}${unit}`)

const ms = (value: number | null): string => shown(value, ' ms')

function problems({ cancelled, incomplete, refused, idle, offered, saturation }: Report): string[] {
  const whys = [idle, ...offered, saturation].flatMap(({ refused: by }) => Object.entries(by)).map(([why, times]) => `${times} × ${why}`)
  return [
    ...(incomplete > 0 ? [`${incomplete} sagas did not end`] : []),
    ...(cancelled > 0 ? [`${cancelled} sagas ended, but were not confirmed`] : []),
    ...(refused > 0 ? [`${refused} orders were not taken${whys.length > 0 ? `: ${whys.join(', ')}` : ''}`] : []),
  ]
}

/** The report for people. */
export function textOf(report: Report): string {
  const { saturation, offered, idle, bare, ideal } = report
  const phases = tableOf([
    ['', 'sagas', 'saga p50', 'saga p99', 'POST p50', 'POST p99'],
    ['idle, one at a time', String(idle.completed), ms(idle.sagaP50Ms), ms(idle.sagaP99Ms), ms(idle.postP50Ms), ms(idle.postP99Ms)],
    ...offered.map(({ rate, completed, sagaP50Ms, sagaP99Ms, postP50Ms, postP99Ms }) => [
      `${rate}/s offered`,
      String(completed),
      ms(sagaP50Ms),
      ms(sagaP99Ms),
      ms(postP50Ms),
      ms(postP99Ms),
    ]),
    [
      `saturation, ${saturation.clients} clients`,
      String(saturation.completed),
      ms(saturation.sagaP50Ms),
      ms(saturation.sagaP99Ms),
      ms(saturation.postP50Ms),
      ms(saturation.postP99Ms),
    ],
  ])
  const processes = tableOf([
    ['during saturation', 'CPU s', 'ms/saga', 'RSS MB', 'peak MB'],
    ...report.processes.map(({ name, cpuSeconds, cpuMsPerSaga, rssMb, peakRssMb }) => [
      name,
      cpuSeconds.toFixed(2),
      cpuMsPerSaga === null ? '–' : cpuMsPerSaga.toFixed(3),
      rssMb.toFixed(0),
      peakRssMb === null ? '–' : peakRssMb.toFixed(0),
    ]),
  ])
  return [
    `${report.sagasPerSecond} complete sagas/s over ${saturation.seconds} s until drained, ${shown(report.cpuMsPerSaga, ' ms')} of CPU and ${shown(saturation.transactionsPerSaga)} transactions each`,
    `${bare.perSecond} sagas/s bare (one process, ${bare.steps} transactions each, no broker, no services): ratio ${shown(report.ratio)}`,
    `${ideal.perSecond} sagas/s ideal (one process, batched, through the broker): ratio ${shown(report.ratioToIdeal)}`,
    '',
    phases,
    '',
    processes,
    '',
    `generator: ${shown(saturation.generatorCores)} cores, sent p99 ${ms(offered.at(-1)?.sendLagP99Ms ?? null)} late; others took ${shown(saturation.othersCpuSeconds, ' s')} of CPU meanwhile`,
    `services ${report.hosting}; traced: ${report.sampling === null ? 'unknown' : `${report.sampling * 100} %`} of the sagas; ${report.cores} cores (${report.cpu}), Node ${report.node}, commit ${report.commit ?? 'unknown'}`,
    isGood(report) ? 'every saga ended as it should' : `NOT GOOD: ${problems(report).join('; ')}`,
  ].join('\n')
}
