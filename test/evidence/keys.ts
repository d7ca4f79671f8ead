import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';

/** Two people who may open evidence: their public keys, and a file with the secret key of each. */
export async function twoPeople(folder: string) {
  const secrets = [await generateX25519Identity(), await generateX25519Identity()];
  const recipients = await Promise.all(secrets.map(identityToRecipient));
  const identities = secrets.map((secret, i) => {
    const path = join(folder, `person-${i}.txt`);
    writeFileSync(path, `# a comment, as age-keygen writes it\n${secret}\n`, { mode: 0o600 });
    return path;
  });
  return { recipients, identities, flags: recipients.flatMap((key) => ['--recipient', key]) };
}
