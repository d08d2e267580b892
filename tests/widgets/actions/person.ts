import { waitUntil } from '@open-wc/testing-helpers'
import { sendKeys, sendMouse } from '@web/test-runner-commands'

const ROLES: Readonly<Record<string, string>> = {
  button: 'button:not([role]), summary, [role="button"]',
  menuitem: '[role="menuitem"]',
  menu: '[role="menu"]',
  textbox:
    'input:not([type]), input[type="text"], input[type="email"], input[type="password"], textarea',
  spinbutton: 'input[type="number"]',
  checkbox: 'input[type="checkbox"]',
  radio: 'input[type="radio"]',
  combobox: 'select',
  date: 'input[type="date"]',
  dialog: 'dialog[open]:not([role])',
  alertdialog: 'dialog[open][role="alertdialog"]',
  group: '[role="group"], fieldset',
  progressbar: 'progress',
  status: '[role="status"]',
}

const clean = (text: string | null | undefined) => (text ?? '').replace(/\s+/g, ' ').trim()

/** Name of an element as assistive technology says it, for the ways these elements use. */
export function nameOf(element: Element): string {
  const root = element.getRootNode()
  const by = element.getAttribute('aria-labelledby')
  if (by !== null && root instanceof ShadowRoot)
    return clean(
      by
        .split(' ')
        .map((id) => root.getElementById(id)?.textContent)
        .join(' '),
    )
  const label = element.getAttribute('aria-label')
  if (label !== null) return clean(label)
  if (element instanceof HTMLFieldSetElement)
    return clean(element.querySelector('legend')?.textContent)
  if (
    element instanceof HTMLInputElement ||
    element instanceof HTMLSelectElement ||
    element instanceof HTMLTextAreaElement
  )
    return clean([...(element.labels ?? [])].map((one) => one.textContent).join(' '))
  return clean(element.textContent)
}

/** All that a person can perceive of a role, by name. */
export function all<T extends HTMLElement = HTMLElement>(
  element: Element,
  role: string,
  name?: string | RegExp,
): T[] {
  const found = element.shadowRoot?.querySelectorAll<T>(ROLES[role] ?? `[role="${role}"]`) ?? []
  return [...found].filter((one) => {
    if (!one.checkVisibility({ visibilityProperty: true })) return false
    if (name === undefined) return true
    return typeof name === 'string' ? nameOf(one) === name : name.test(nameOf(one))
  })
}

/** Waits for the one of a role and name. */
export async function the<T extends HTMLElement = HTMLElement>(
  element: Element,
  role: string,
  name?: string | RegExp,
): Promise<T> {
  await waitUntil(() => all(element, role, name).length > 0, `no ${role} ${String(name ?? '')}`, {
    timeout: 4000,
  })
  const [found] = all<T>(element, role, name)
  if (found === undefined) throw new Error(`${role} ${String(name)} is gone`)
  return found
}

/** Clicks with the mouse where it is. */
export async function click(target: HTMLElement): Promise<void> {
  target.scrollIntoView({ block: 'center' })
  const { x, y, width, height } = target.getBoundingClientRect()
  await sendMouse({
    type: 'click',
    position: [Math.round(x + width / 2), Math.round(y + height / 2)],
  })
}

/** Finds and clicks. */
export async function press(element: Element, role: string, name: string | RegExp): Promise<void> {
  await click(await the(element, role, name))
}

/** Types into a field as a person does. */
export async function type(element: Element, name: string | RegExp, value: string): Promise<void> {
  const field = await the<HTMLInputElement>(element, 'textbox', name)
  await click(field)
  field.select()
  await sendKeys({ type: value })
}

export const key = (name: string) => sendKeys({ press: name })

/** What has focus, inside the element too. */
export function focused(element: Element): Element | null {
  return element.shadowRoot?.activeElement ?? null
}

/** What is written where a person looks. */
export function seen(element: HTMLElement): string {
  const base = element.shadowRoot?.querySelector<HTMLElement>('[part~="base"]')
  // biome-ignore lint/performance/useDomNodeTextContent: what is folded or hidden is not seen
  return clean(base?.innerText)
}

export async function until(element: HTMLElement, what: string | RegExp): Promise<void> {
  const isThere = () =>
    typeof what === 'string' ? seen(element).includes(what) : what.test(seen(element))
  await waitUntil(isThere, `${String(what)} is not to be read`, { timeout: 6000 })
}

export async function untilState(element: Element, state: string): Promise<void> {
  await waitUntil(() => element.matches(`:state(${state})`), `state ${state}`, { timeout: 6000 })
}
