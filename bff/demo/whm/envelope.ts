import type { Call, Envelope, Outcome, Params, Told, WhmFunction } from './function.ts'
import { shape } from './list-features.ts'
import { draw, transactionId } from './random.ts'
import type { World } from './world.ts'

const OLD_TAIL = ' at /usr/local/cpanel/Whostmgr/Accounts/Create.pm line 601.'

/** The outcome with the reason as it is told: with a transaction id where it was thrown. */
export function tell(world: World, outcome: Outcome): Told {
  if (outcome.ok) return { ...outcome, reason: outcome.reason ?? 'OK' }
  return { ...outcome, reason: thrownReason(world, outcome.reason, outcome.thrown) }
}

function thrownReason(world: World, reason: string, thrown: 'uncaught' | 'caught' | undefined) {
  if (thrown === undefined) return reason
  const text = `(XID ${transactionId(world.random)}) ${reason}`
  if (thrown === 'uncaught') return `API failure: ${text}`
  return world.settings.texts === 'older' ? `${text}${OLD_TAIL}` : text
}

/** API 1's answer. */
export function envelope(name: string, told: Told, params: Params, world: World): Envelope {
  const { data, metadata } = shapedData(told, params)
  const result = told.ok ? 1 : 0
  const output = outputOf(told)
  return {
    ...(data === undefined ? {} : { data }),
    metadata: {
      command: name,
      reason: told.reason,
      result: world.settings.result_as_string ? String(result) : result,
      version: 1,
      ...(output === undefined ? {} : { output }),
      ...metadata,
    },
  }
}

function shapedData(told: Told, params: Params) {
  const list = told.ok && told.list !== undefined ? told.list : undefined
  const items = list === undefined ? undefined : told.data?.[list]
  if (list === undefined || !Array.isArray(items)) return { data: told.data, metadata: {} }
  const shaped = shape(items, params)
  return { data: { ...told.data, [list]: shaped.items }, metadata: shaped.metadata }
}

function outputOf(told: Told): Record<string, unknown> | undefined {
  const output: Record<string, unknown> = {}
  if (told.raw !== undefined) output.raw = told.raw
  if (told.ok && told.warnings !== undefined) output.warnings = told.warnings
  if (told.ok && told.messages !== undefined) output.messages = told.messages
  return Object.keys(output).length === 0 ? undefined : output
}

/** API 0's answer: each function has a shape of its own. */
export function answerOfApi0(wanted: WhmFunction, told: Told, call: Call): unknown {
  if (wanted.api0 !== undefined) return wanted.api0(told, call)
  return told.ok ? { ...told.data } : { status: 0, statusmsg: told.reason }
}

/** The text of an answer; keys in random order where the settings say so, as Perl writes its hashes. */
export function textOf(world: World, body: unknown): string {
  return JSON.stringify(world.settings.random_key_order ? shuffled(world, body) : body)
}

function shuffled(world: World, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((entry: unknown) => shuffled(world, entry))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([key, entry]) => ({
    key,
    entry,
    at: draw(world.random),
  }))
  entries.sort((a, b) => a.at - b.at)
  return Object.fromEntries(entries.map(({ key, entry }) => [key, shuffled(world, entry)]))
}
