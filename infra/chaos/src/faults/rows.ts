/** The rows of the faults' table that are injected here, as docs/proof.md has them. */
export const rows = {
  crashPoints:
    'kill −9 of each service at each crash point: after commit before publish, after publish before mark, after mark before offset, after the PSP charged before its result is stored',
  kills: 'kill −9 of a random service every 2 s during 10,000 sagas',
  broker: 'broker killed; broker gone for 60 s',
  network: 'answers of the broker dropped, slow, cut (toxiproxy)',
  database: 'PostgreSQL restarted hard',
  refuses: 'a database closed for connections, or read only, for some seconds',
  redis: 'Redis killed, flushed',
  tempo: 'Tempo or the collector killed or hung',
  zombie: 'SIGSTOP of a consumer for 60 s, then on (zombie); a full rebalance every 5 s; two relays at once',
  clock: 'clock of one service ± 1 h',
  strangers: 'text that cannot be stored, written by a stranger while sagas run',
  rolling: 'rolling restart, old and new schema side by side',
} as const
