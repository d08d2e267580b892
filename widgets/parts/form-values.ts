import type { Input, InputProperty, InputSchema, InputValue } from '../../bff/contract/dialect.ts'
import type { ProblemFault } from '../session/problem.ts'

/** What stands in the controls: text as typed, ticks, and `null` for "unlimited". */
export type Raw = Readonly<Record<string, string | boolean | null>>

/** What controls begin with: what was filled in before, else the defaults. */
export function rawOf({ properties }: InputSchema, input: Input): Raw {
  return Object.fromEntries(
    Object.entries(properties).map(([name, property]) => {
      const value = Object.hasOwn(input, name) ? input[name] : property.default
      if (typeof value === 'boolean' || value === null) return [name, value]
      return [name, value === undefined ? '' : String(value)]
    }),
  )
}

function typedValue(property: InputProperty, raw: Raw[string]): InputValue | undefined {
  switch (property.type) {
    case 'boolean':
      // A tick that must be there is missing when it is not, so that the form asks for it.
      if (property.const === true) return raw === true ? true : undefined
      return property.const ?? raw === true
    case 'integer': {
      if (property.const !== undefined) return property.const
      if (raw === null) return null
      const text = typeof raw === 'string' ? raw.trim() : ''
      return text === '' ? undefined : Number(text)
    }
    case 'string': {
      if (property.const !== undefined) return property.const
      if (typeof raw !== 'string' || raw === '') return raw === null ? null : undefined
      const hints = property['x-provision']
      return hints?.secret === true || hints?.widget === 'password' ? raw : raw.trim() || undefined
    }
  }
}

/** The input the controls stand for: what is left empty or not shown is not in it. */
export function inputOf(schema: InputSchema, raw: Raw): Input {
  const shown = new Set(shownNames(schema, raw))
  return Object.fromEntries(
    Object.entries(schema.properties).flatMap(([name, property]) => {
      const value = shown.has(name) ? typedValue(property, raw[name] ?? '') : undefined
      return value === undefined ? [] : [[name, value]]
    }),
  )
}

/** Names of the properties that count now (`show_if`), in order. One that hangs on a hidden one is hidden. */
export function shownNames({ properties }: InputSchema, raw: Raw): string[] {
  const isShown = (name: string, above: readonly string[]): boolean => {
    const condition = properties[name]?.['x-provision']?.show_if
    if (condition === undefined) return true
    const other = properties[condition.field]
    if (other === undefined || above.includes(name)) return false
    return (
      isShown(condition.field, [...above, name]) &&
      typedValue(other, raw[condition.field] ?? '') === condition.equals
    )
  }
  const order = (name: string) => properties[name]?.['x-provision']?.order ?? 0
  return Object.keys(properties)
    .filter((name) => isShown(name, []))
    .sort((a, b) => order(a) - order(b))
}

/** Runs of properties that belong together (`group`), in the order of their first one. */
export function grouped({ properties }: InputSchema, names: readonly string[]): string[][] {
  const groups = new Map<string, string[]>()
  for (const name of names) {
    const group = properties[name]?.['x-provision']?.group ?? ''
    groups.set(group, [...(groups.get(group) ?? []), name])
  }
  return [...groups.values()]
}

/** Whether a property has a control; a constant has none, but for a tick that is asked for. */
export function hasControl(property: InputProperty): boolean {
  return property.const === undefined || property.const === true
}

/**
 * Sorts a problem's faults by the fields they are about.
 *
 * @param prefix pointers begin with it, as `/input`
 */
export function faultsByField(
  errors: readonly ProblemFault[],
  names: readonly string[],
  prefix: string,
): { readonly fields: ReadonlyMap<string, string>; readonly rest: readonly string[] } {
  const fields = new Map<string, string>()
  const rest: string[] = []
  for (const { pointer, text } of errors) {
    const name = pointer.startsWith(`${prefix}/`)
      ? pointer
          .slice(prefix.length + 1)
          .replaceAll('~1', '/')
          .replaceAll('~0', '~')
      : undefined
    if (name !== undefined && names.includes(name)) fields.set(name, text)
    else rest.push(text)
  }
  return { fields, rest }
}
