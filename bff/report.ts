/** What of an error may stand in a log: never the parameters of a query, which hold sealed and personal values. */
export interface DescribedError {
  readonly name: string
  readonly code?: string
  readonly message: string
  /** Frames only: the first line of a stack repeats the message. */
  readonly at?: readonly string[]
  readonly cause?: DescribedError
}

const DEPTH = 4

function codeOf(error: Error): string | undefined {
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

/** Describes whatever was thrown. Pure. */
export function describeError(thrown: unknown, depth = 0): DescribedError {
  if (!(thrown instanceof Error)) return { name: typeof thrown, message: 'not an error was thrown' }
  // drizzle puts the statement and its parameters into the message and into members of the error.
  const holdsQuery = 'params' in thrown || thrown.message.startsWith('Failed query')
  // A parser's message repeats what it could not read.
  const holdsText = thrown instanceof SyntaxError
  const code = codeOf(thrown)
  const frames = (thrown.stack ?? '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 8)
    .map((line) => line.trim())
  return {
    name: thrown.name,
    ...(code === undefined ? {} : { code }),
    message: holdsQuery
      ? 'a query failed'
      : holdsText
        ? 'a text could not be parsed'
        : thrown.message.slice(0, 500),
    ...(depth === 0 ? { at: frames } : {}),
    ...(thrown.cause === undefined || depth >= DEPTH
      ? {}
      : { cause: describeError(thrown.cause, depth + 1) }),
  }
}
