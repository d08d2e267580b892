/** What must be nowhere, by the name a failing test shall use: the value itself has no place in its message. */
export type Secrets = Readonly<Record<string, string | Buffer>>

/** Both alphabets of base64, and the three places in a longer text at which a secret may begin. */
function base64Of(bytes: Buffer): string[] {
  const written = [0, 1, 2].map((offset) => {
    const whole = Buffer.concat([Buffer.alloc(offset), bytes, Buffer.alloc(2)]).toString('base64')
    // Characters that hold a bit of a neighbour are not the secret's own.
    return whole.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6))
  })
  return [...written, ...written.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'))]
}

const lowerEscapes = (text: string) => text.replace(/%[0-9A-F]{2}/g, (found) => found.toLowerCase())

function percentOf(secret: string): string[] {
  const once = [
    encodeURIComponent(secret),
    encodeURI(secret),
    new URLSearchParams([['', secret]]).toString().slice(1),
  ]
  return [...once, ...once.map(lowerEscapes), ...once.map((text) => encodeURIComponent(text))]
}

function jsonOf(secret: string): string[] {
  const once = JSON.stringify(secret).slice(1, -1)
  return [once, JSON.stringify(once).slice(1, -1), once.replaceAll('/', '\\/')]
}

/** Every way a secret may be written down, by the name of the way. */
export function formsOf(secret: string | Buffer): Map<string, string> {
  const bytes = Buffer.from(secret)
  const text = typeof secret === 'string' ? secret : bytes.toString('latin1')
  const hex = bytes.toString('hex')
  const forms = new Map<string, string>()
  const add = (name: string, written: readonly string[]) => {
    for (const one of new Set(written)) {
      if (![...forms.values()].includes(one))
        forms.set(forms.has(name) ? `${name} ${forms.size}` : name, one)
    }
  }
  // Files are searched as Latin-1, texts as they are: beyond ASCII the two differ.
  add('plain', [text, bytes.toString('latin1')])
  add('base64', base64Of(bytes))
  add('hex', [hex, hex.toUpperCase()])
  if (typeof secret === 'string') {
    add('percent-encoded', percentOf(secret))
    add('in JSON', jsonOf(secret))
    add('in HTML', [
      secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
    ])
  }
  return forms
}

/** The secrets found in a text, each with the form it was found in. */
export function leaks(where: string, secrets: Secrets): string[] {
  return Object.entries(secrets).flatMap(([name, secret]) =>
    [...formsOf(secret)]
      .filter(([, form]) => where.includes(form))
      .map(([way]) => `${name}, ${way}`),
  )
}
