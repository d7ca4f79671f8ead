/**
 * Parts of an address that grant access to whoever knows them. They do not belong to a picture's identity, and they
 * change often.
 */

const words = (text: string) => new Set(text.split(' '));

/** Words that occur in names of parameters that are secret or lead to a secret. */
const secret = words(
  'signature sig signed token jwt secret password passwd pwd pass credential credentials sas hmac hdnea hdnts hdntl auth authorization apikey accesskey accesskeyid accessid session sessionid sid phpsessid jsessionid wssecret',
);
/** Secret parameters whose names do not show it: those of Discord, Facebook, Tencent, Google and Amazon. */
const secretNames = words(
  'hm oh q-ak awsaccesskeyid googleaccessid ossaccesskeyid access_key api_key key-pair-id',
);
/** Parameters that accompany a signature: its expiry, purpose and receiver. */
const companion =
  /^(x-(amz|goog|oss|obs|cos|ms)-.*|expires?|policy|ex|is|oe|exp|q-(sign|key|header|url).*|s[vepstr]|spr|sip|srt|sk(oid|tid|t|e|s|v)|saoid|suoid|scid)$/i;

/** Splits a name into lower-case words: `accessToken`, `X-Amz-Signature`, `auth[key]`. */
const wordsOf = (name: string): string[] =>
  name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z\d]+/);

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/** True for a parameter whose value nobody else may see. */
const isSecret = (name: string): boolean => {
  const plain = decoded(name);
  return (
    secretNames.has(plain.toLowerCase()) ||
    secret.has(plain.toLowerCase()) ||
    wordsOf(plain).some((word) => secret.has(word))
  );
};

/** The text that replaces a secret. */
export const hidden = '…';

/**
 * A web address with `…` in place of the values of signatures, tokens and passwords, also in a path (`;jsessionid=…`);
 * any other address unchanged.
 */
export function withoutSecrets(uri: string): string {
  if (!/^https?:/i.test(uri) || !uri.includes('=')) return uri;
  const start = uri.indexOf('?');
  const path = start < 0 ? uri : uri.slice(0, start);
  const rest = start < 0 ? '' : uri.slice(start);
  const hide = (whole: string, mark: string, name: string) =>
    isSecret(name) ? `${mark}${name}=${hidden}` : whole;
  return (
    path.replace(/([;#&])([^;#&=/]{1,100})=([^;#&/]*)/g, hide) +
    rest.replace(/([?&;#])([^?&;#=/]{1,100})=([^&#]*?)(?=[&#]|;[\w.-]{1,100}=|!\/|$)/g, hide)
  );
}

/**
 * The query of an address without its hidden parameters and without those that accompany a signature.
 * @param query the query without `?`.
 * @returns the rest; undefined where no parameter was hidden
 */
export function unsignedQuery(query: string): string | undefined {
  const parameters = query.split('&');
  const isHidden = (parameter: string) => /=(…|%E2%80%A6)$/i.test(parameter);
  if (!parameters.some(isHidden)) return undefined;
  return parameters.filter((one) => !isHidden(one) && !companion.test(decoded(one.split('=')[0]!))).join('&');
}
