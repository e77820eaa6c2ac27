// What the Kafka client says on its way is nothing of a benchmark's answer, which alone belongs on stdout. Imported first: loggers look at once.
process.env['LOG_LEVEL'] ??= 'fatal'
