import type { PublicElement } from './manifest.ts'

/** A thing that is set on an element, in markup or as a property. */
interface Settable {
  readonly name: string
  readonly type: string
  readonly description: string
}

/** Types of ours that the manifest names. */
const EXPORTED = /\b(?:GetToken|Provision\w+Event)\b/g

/** In markup a number may be written as one or as text. */
const inMarkup = (type: string) =>
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is a type that is written, not a text that is filled
  type.replace(/\bnumber\b/, 'number | `${number}`')

/** Every attribute by its name, and every property that is called otherwise or has no attribute. */
function settables(element: PublicElement): Settable[] {
  const attributes = (element.attributes ?? []).map(({ name, type, description = '' }) => ({
    name,
    type: inMarkup(type?.text ?? 'string'),
    description,
  }))
  const properties = (element.members ?? [])
    .filter(({ kind, name }) => kind === 'field' && !attributes.some((one) => one.name === name))
    .map(({ name, type, description = '' }) => ({ name, type: type?.text ?? '', description }))
  return [...attributes, ...properties]
}

const comment = (text: string) => `  /** ${text.replaceAll('*/', '*\\/')} */\n`

const propsName = ({ name }: PublicElement) => `${name}Props`

/** How one framework has an element's events: the name of the property that takes a listener. */
type ListenerNames = (event: string) => readonly string[]

function props(element: PublicElement, listeners: ListenerNames): string {
  const set = settables(element).map(
    ({ name, type, description }) => `${comment(description)}  '${name}'?: ${type} | undefined\n`,
  )
  const heard = (element.events ?? []).flatMap(({ name = '', type, description = '' }) =>
    listeners(name).map(
      (listener) =>
        `${comment(description)}  '${listener}'?: ((event: ${type?.text ?? 'Event'}) => void) | undefined\n`,
    ),
  )
  return `export interface ${propsName(element)} {\n${[...set, ...heard].join('')}}\n`
}

function typings(
  elements: readonly PublicElement[],
  { head, listeners, register }: { head: string; listeners: ListenerNames; register: string },
): string {
  const interfaces = elements.map((element) => props(element, listeners)).join('\n')
  const classes = elements.map(({ name }) => name)
  const named = new Set([...classes, ...(interfaces.match(EXPORTED) ?? [])])
  return `${head}import type { ${[...named].sort().join(', ')} } from './widgets/npm/index.js'

${interfaces}
${register}`
}

const entries = (elements: readonly PublicElement[], entry: (element: PublicElement) => string) =>
  elements.map((element) => `'${element.tagName}': ${entry(element)}`)

/** The elements in JSX of React 19, which sets properties and listens to any event. */
export function reactTypings(elements: readonly PublicElement[]): string {
  const lines = entries(
    elements,
    (one) => `DetailedHTMLProps<HTMLAttributes<${one.name}>, ${one.name}> & ${propsName(one)}`,
  )
  return typings(elements, {
    head: "import type { DetailedHTMLProps, HTMLAttributes } from 'react'\n",
    listeners: (event) => [`on${event}`],
    register: `declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      ${lines.join('\n      ')}
    }
  }
}
`,
  })
}

const camel = (event: string) =>
  event.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())
const pascal = (event: string) => camel(`-${event}`)

/** The elements in templates of Vue 3. */
export function vueTypings(elements: readonly PublicElement[]): string {
  const lines = entries(
    elements,
    (one) => `new () => ${one.name} & { $props: HTMLAttributes & ${propsName(one)} }`,
  )
  return typings(elements, {
    head: "import type { HTMLAttributes } from 'vue'\n",
    listeners: (event) => [`on${pascal(event)}`],
    register: `declare module 'vue' {
  interface GlobalComponents {
    ${lines.join('\n    ')}
  }
}
`,
  })
}

/** The elements in Svelte 5, whose \`svelteHTML\` takes them from here; and listeners as Svelte 4 writes them. */
export function svelteTypings(elements: readonly PublicElement[]): string {
  const lines = entries(elements, (one) => `HTMLAttributes<${one.name}> & ${propsName(one)}`)
  return typings(elements, {
    head: "import type { HTMLAttributes } from 'svelte/elements'\n",
    listeners: (event) => [`on${event}`, `on:${event}`],
    register: `declare module 'svelte/elements' {
  interface SvelteHTMLElements {
    ${lines.join('\n    ')}
  }
}
`,
  })
}
