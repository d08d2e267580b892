import type { InputProperty } from '../../bff/contract/dialect.ts'
import { formWords } from '../locales/form-words.ts'
import type { Localize } from '../locales/localize.ts'

type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement

/** Roughly what the BFF accepts, to spare a round trip; it decides. */
const FORMATS = {
  email: '[^\\s@]+@[^\\s@]+\\.[^\\s@]+',
  hostname: '[^\\s.:/]+(\\.[^\\s.:/]+)+',
  ipv4: '\\d{1,3}(\\.\\d{1,3}){3}',
  date: '\\d{4}-\\d{2}-\\d{2}',
} as const

/**
 * Marks a control whose text does not fit the property's pattern or format. The attribute `pattern` would read the
 * pattern in another dialect of regular expressions than JSON Schema does.
 */
export function setCustomFault(control: Control, property: InputProperty): void {
  const patterns =
    property.type === 'string'
      ? [property.pattern, property.format === undefined ? undefined : FORMATS[property.format]]
      : []
  const fits = patterns.every(
    (pattern) =>
      pattern === undefined ||
      control.value === '' ||
      new RegExp(`^(?:${pattern})$`, 'u').test(control.value.trim()),
  )
  control.setCustomValidity(fits ? '' : 'pattern')
}

/** A day in words, the same day wherever the reader sits. */
function dayOf({ locale }: Localize, day = ''): string {
  return new Intl.DateTimeFormat(locale.code, { dateStyle: 'long', timeZone: 'UTC' }).format(
    new Date(day),
  )
}

/** What a control finds wrong with itself, in the element's own words. */
export function faultOf(
  localize: Localize,
  { validity }: Pick<Control, 'validity'>,
  property: InputProperty,
): string {
  if (validity.valueMissing)
    return localize.say(formWords, property.type === 'boolean' ? 'fault_tick' : 'fault_required')
  if (property.type === 'integer') {
    if (validity.rangeUnderflow)
      return localize.say(formWords, 'fault_minimum', { limit: property.minimum ?? 0 })
    if (validity.rangeOverflow)
      return localize.say(formWords, 'fault_maximum', { limit: property.maximum ?? 0 })
    if (validity.badInput || validity.stepMismatch) return localize.say(formWords, 'fault_integer')
  }
  if (property.type === 'string') {
    if (validity.rangeUnderflow)
      return localize.say(formWords, 'fault_earliest', { day: dayOf(localize, property.minimum) })
    if (validity.rangeOverflow)
      return localize.say(formWords, 'fault_latest', { day: dayOf(localize, property.maximum) })
    if (validity.tooShort)
      return localize.say(formWords, 'fault_short', { count: property.minLength ?? 0 })
    if (validity.tooLong)
      return localize.say(formWords, 'fault_long', { count: property.maxLength ?? 0 })
    if (property.format === 'email') return localize.say(formWords, 'fault_email')
    if (property.format === 'hostname') return localize.say(formWords, 'fault_hostname')
  }
  return localize.say(formWords, 'fault_pattern')
}
