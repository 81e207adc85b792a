const secretKey = '(?:[a-z_-]*token|(?:proxy-)?authorization|(?:set-)?cookie|password|passphrase|[a-z_-]*secret|api[_-]?key)';

/** `"token":"…"` of an object that was logged. */
const member = new RegExp(`("${secretKey}"\\s*:\\s*)"(?:[^"\\\\]|\\\\.)*"`, 'gi');
/** `\"token\":\"…\"` of JSON inside a logged text; one level deep. */
const quotedMember = new RegExp(`(\\\\"${secretKey}\\\\"\\s*:\\s*)\\\\"[^"\\\\]*\\\\"`, 'gi');
const queryParameter = /([?&][a-z_-]*token=)[^&\s"\\#]+/gi;
// Not `redactSecrets`: in a serialised line a backslash ends the token, or the line would no longer be JSON.
const bearer = /(bearer\s+)[^\s"',\\]+/gi;
const ownToken = /abt_[0-9A-Za-z_-]+/g;

/**
 * Takes secrets out of a serialised log line, whatever object or text they came in with: our own tokens anywhere,
 * what follows "Bearer", values of keys such as `token` and `authorization`, `?token=` in URLs. A JSON line stays JSON.
 */
export const redactLine = (line: string): string =>
  line
    .replace(member, '$1"[redacted]"')
    .replace(quotedMember, '$1\\"[redacted]\\"')
    .replace(queryParameter, '$1[redacted]')
    .replace(bearer, '$1[redacted]')
    .replace(ownToken, 'abt_[redacted]');
