/** What is around every page: where one can go, who one is, and whether the news still comes. */

import { Link, Outlet } from "@tanstack/react-router";
import {
  ChartNoAxesColumn,
  Clapperboard,
  Cpu,
  Film,
  Grid2x2,
  Keyboard,
  LogOut,
  Moon,
  SlidersHorizontal,
  Sun,
  UserRound,
  Workflow,
} from "lucide-react";
import { Suspense, useEffect, useState } from "react";
import { listen, useConnection } from "@/api/live";
import { signOut, useUser } from "@/session/session";
import { IconButton } from "@/ui/IconButton";
import { Loading } from "@/ui/States";
import { Toasts } from "@/ui/toast";
import style from "./Shell.module.css";
import { ShortcutHelp, useShortcuts } from "./shortcuts";
import { toggleTheme, useTheme } from "./theme";

const PLACES = [
  { to: "/shots", name: "Test shots", icon: Film },
  { to: "/batches", name: "Batches", icon: Grid2x2 },
  { to: "/scenes", name: "Scenes", icon: Clapperboard },
  { to: "/characters", name: "Characters", icon: UserRound },
  { to: "/scene-types", name: "Scene types", icon: SlidersHorizontal },
  { to: "/workflows", name: "Workflows", icon: Workflow },
  { to: "/workers", name: "Workers", icon: Cpu },
  { to: "/insights", name: "Insights", icon: ChartNoAxesColumn },
] as const;

export function Shell() {
  const [helps, setHelps] = useState(false);
  useEffect(listen, []);
  useShortcuts("Everywhere", [{ keys: "?", does: "Show the keys", run: () => setHelps(true) }]);
  return (
    <div className={style.shell}>
      <a className={style.skip} href="#main">
        Skip to the content
      </a>
      <nav className={style.nav} aria-label="Screentest">
        <Link to="/shots" className={style.brand}>
          <img src="/favicon.svg" alt="" width="26" height="26" />
          <span>Screentest</span>
        </Link>
        <ul className={style.places}>
          {PLACES.map(({ to, name, icon: Icon }) => (
            <li key={to}>
              <Link to={to} activeProps={{ "aria-current": "page" }} title={name}>
                <Icon aria-hidden />
                <span>{name}</span>
              </Link>
            </li>
          ))}
        </ul>
        <Account onHelp={() => setHelps(true)} />
      </nav>
      <main id="main" className={style.main} tabIndex={-1}>
        <ConnectionNote />
        <Suspense fallback={<Loading />}>
          <Outlet />
        </Suspense>
      </main>
      <Toasts />
      <ShortcutHelp open={helps} onClose={() => setHelps(false)} />
    </div>
  );
}

function Account({ onHelp }: { onHelp: () => void }) {
  const user = useUser();
  const theme = useTheme();
  return (
    <div className={style.account}>
      <p title={`Signed in as ${user.name}`}>
        <strong>{user.name}</strong>
        <span>{user.role}</span>
      </p>
      <IconButton icon={Keyboard} size="s" label="Keyboard" title="Keyboard (?)" onClick={onHelp} />
      <IconButton
        icon={theme === "dark" ? Sun : Moon}
        size="s"
        label={theme === "dark" ? "Light theme" : "Dark theme"}
        onClick={toggleTheme}
      />
      <IconButton icon={LogOut} size="s" label="Sign out" onClick={() => void signOut()} />
    </div>
  );
}

function ConnectionNote() {
  const connection = useConnection();
  if (connection !== "lost") return null;
  return (
    <p className={style.lost} role="status">
      The connection is lost. What you see may be out of date; it catches up by itself.
    </p>
  );
}
