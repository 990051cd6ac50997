import { useState } from "react";
import { sentence } from "@/api/problem";
import { Button } from "@/ui/Button";
import { TextField } from "@/ui/Field";
import style from "./SignIn.module.css";
import { signIn } from "./session";

export function SignIn() {
  const [wrong, setWrong] = useState<string>();
  const [busy, setBusy] = useState(false);

  const send = async (form: FormData) => {
    setBusy(true);
    setWrong(undefined);
    try {
      await signIn(String(form.get("key")));
    } catch (error) {
      setWrong(sentence(error));
      setBusy(false);
    }
  };

  return (
    <main className={style.page}>
      <form
        className={style.card}
        onSubmit={(event) => {
          event.preventDefault();
          void send(new FormData(event.currentTarget));
        }}
      >
        <img src="/favicon.svg" alt="" width="44" height="44" />
        <div>
          <h1>Screentest</h1>
          <p>Try the shot before you pay for the scene.</p>
        </div>
        {/* Password managers file a secret under a name. */}
        <input type="hidden" name="username" autoComplete="username" value="Screentest" readOnly />
        <TextField
          label="API key"
          name="key"
          type="password"
          autoComplete="current-password"
          placeholder="st_…"
          required
          autoFocus
          spellCheck={false}
          error={wrong}
          hint={
            <>
              <code>make up</code> prints the administrator's; an administrator gives you yours.
            </>
          }
        />
        <Button look="primary" type="submit" disabled={busy}>
          {busy ? "Signing in…" : "Sign in"}
        </Button>
      </form>
    </main>
  );
}
