/** What is told, and what is ended, when something was thrown that nobody caught. */
export interface LastResort {
  /** Told of it; what it is told is never printed as it is: an error may hold a statement with its parameters. */
  report(error: unknown, about: string): void
  /** Ends the process in good order, after an exception that may have left anything half done. */
  end(): void
}

/**
 * The last handlers of this process (ASVS 16.5.4). A rejected promise nobody waited for is reported and costs nothing
 * else: whatever it belonged to is in the database. An exception nobody caught is reported and ends the process in good
 * order, for whoever supervises it to start it anew; one more while it ends is only reported.
 */
export function installLastResort({ report, end }: LastResort): void {
  let isEnding = false
  process.on('unhandledRejection', (reason) => report(reason, 'a rejection nobody handled'))
  process.on('uncaughtException', (error) => {
    report(error, 'an exception nobody caught')
    if (isEnding) return
    isEnding = true
    end()
  })
}
