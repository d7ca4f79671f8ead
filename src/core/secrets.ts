/** Parts of an address that let whoever holds it in. They are no part of what a picture's address is, and change all the time. */

const words = (text: string) => new Set(text.split(' '));

/** Words of which one stands in the name of a parameter that is a secret, or leads to one. */
const secret = words(
  'signature sig signed token jwt secret password passwd pwd pass credential credentials sas hmac hdnea hdnts hdntl auth authorization apikey accesskey accesskeyid accessid session sessionid sid phpsessid jsessionid wssecret',
);
/** Names that say nothing by themselves: of Discord, Facebook, Tencent, Google and Amazon. */
const secretNames = words(
  'hm oh q-ak awsaccesskeyid googleaccessid ossaccesskeyid access_key api_key key-pair-id',
);
/** Parameters that only go with a signature: until when it holds, for what and by whom. */
const companion =
  /^(x-(amz|goog|oss|obs|cos|ms)-.*|expires?|policy|ex|is|oe|exp|q-(sign|key|header|url).*|s[vepstr]|spr|sip|srt|sk(oid|tid|t|e|s|v)|saoid|suoid|scid)$/i;

/** `accessToken`, `X-Amz-Signature` and `auth[key]` as words in lower case. */
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

/** True for a parameter of an address that nobody else may see. */
const isSecret = (name: string): boolean => {
  const plain = decoded(name);
  return (
    secretNames.has(plain.toLowerCase()) ||
    secret.has(plain.toLowerCase()) ||
    wordsOf(plain).some((word) => secret.has(word))
  );
};

/** What stands in the place of a secret. */
export const hidden = '…';

/**
 * An address of the web with `…` in place of signatures, tokens and passwords among its parameters, also those in a path
 * (`;jsessionid=…`); any other address as it is.
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
 * What is left of the query of an address when its hidden parameters, and those that only go with a signature, are taken away.
 * @param query without `?`.
 * @returns undefined where nothing was hidden in it.
 */
export function unsignedQuery(query: string): string | undefined {
  const parameters = query.split('&');
  const isHidden = (parameter: string) => /=(…|%E2%80%A6)$/i.test(parameter);
  if (!parameters.some(isHidden)) return undefined;
  return parameters.filter((one) => !isHidden(one) && !companion.test(decoded(one.split('=')[0]!))).join('&');
}
