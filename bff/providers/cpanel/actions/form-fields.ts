import type { InputProperty, InputSchema } from '../../../contract/dialect.ts'

type Hints = NonNullable<InputProperty['x-provision']>
type OfType<T extends InputProperty['type']> = Extract<InputProperty, { type: T }>
type More<T extends InputProperty['type']> = Partial<
  Omit<OfType<T>, 'type' | 'title' | 'x-provision'>
>

function titled(name: string, hints: Hints) {
  return {
    title: `input.${name}.label`,
    'x-provision': { help: `input.${name}.help`, ...hints },
  }
}

/** @param name of the texts: `input.<name>.label` and `.help` */
export function text(name: string, more: More<'string'> = {}, hints: Hints = {}): InputProperty {
  return { type: 'string', ...titled(name, hints), ...more }
}

/** One of some words, each with a text `input.<name>.<word>`. */
export function choice(
  name: string,
  words: readonly string[],
  more: More<'string'> = {},
  hints: Hints = {},
): InputProperty {
  return text(
    name,
    { enum: [...words], ...more },
    { labels: words.map((word) => `input.${name}.${word}`), ...hints },
  )
}

export function number(name: string, more: More<'integer'> = {}, hints: Hints = {}): InputProperty {
  return { type: 'integer', ...titled(name, hints), ...more }
}

export function tick(name: string, more: More<'boolean'> = {}, hints: Hints = {}): InputProperty {
  return { type: 'boolean', ...titled(name, hints), ...more }
}

/** A form in the dialect; its properties are shown in the order they are written. */
export function form(
  properties: Readonly<Record<string, InputProperty>>,
  required: readonly string[] = [],
): InputSchema {
  return {
    type: 'object',
    properties: Object.fromEntries(
      Object.entries(properties).map(([name, property], order) => [
        name,
        { ...property, 'x-provision': { order, ...property['x-provision'] } },
      ]),
    ),
    required: [...required],
    additionalProperties: false,
  }
}

export const NO_FORM: InputSchema = form({})

/** A string of an input that says something. Pure. */
export function given(value: string | number | boolean | null | undefined): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined
}

/** The reseller an account will belong to; the account's own ownership goes before it. */
export function choiceOfOwner(): InputProperty {
  return text(
    'owner',
    { pattern: '[A-Za-z][A-Za-z0-9_-]{0,31}' },
    { show_if: { field: 'owner_self', equals: false } },
  )
}
