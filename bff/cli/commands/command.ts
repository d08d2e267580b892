import { parseArgs } from 'node:util'

/** A command line, understood. */
export interface OperatorRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly body?: unknown
  readonly json: boolean
}

/** A command line that asks no BFF: what it needs are files. */
export interface LocalRequest {
  /** @returns what is shown, as an answer of the BFF would be */
  local(): Promise<unknown>
  readonly json: boolean
}

export interface Command {
  readonly name: string
  read(
    args: readonly string[],
  ): Promise<OperatorRequest | LocalRequest | { readonly misused: string }>
  show(body: unknown): string
  /** Whether the answer, although given, is bad news: then the command exits with 1. */
  failed?(body: unknown): boolean
}

/** The options of a command line. */
export type Values = Record<string, string | boolean | (string | boolean)[] | undefined>

/** Reads a command line; an option it does not know is a misuse. */
export function understood(
  args: readonly string[],
  options: Record<string, { type: 'string' | 'boolean'; multiple?: boolean }>,
  build: (values: Values) => Omit<OperatorRequest, 'json'>,
): OperatorRequest | { readonly misused: string } {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { ...options, json: { type: 'boolean' } },
      allowPositionals: false,
    })
    return { ...build(values), json: values.json === true }
  } catch (error) {
    return {
      misused: error instanceof Error ? error.message : 'The command line is not understood.',
    }
  }
}
