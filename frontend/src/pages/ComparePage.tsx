import { getRouteApi, Link } from "@tanstack/react-router";
import { EyeOff, Link2, Plus } from "lucide-react";
import { useCallback } from "react";
import { type Change, Comparison } from "@/components/compare/Comparison";
import { compareLink } from "@/components/compare/compare-search";
import { usePlayer } from "@/components/compare/use-player";
import { useShots } from "@/components/compare/use-shots";
import { Button } from "@/ui/Button";
import { Page } from "@/ui/Page";
import { Empty, Failure, Loading } from "@/ui/States";
import { say, sayError } from "@/ui/toast";
import style from "./ComparePage.module.css";

const route = getRouteApi("/compare");

export function ComparePage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const player = usePlayer();
  const { shots, loading, failures } = useShots(search.shots);

  const onSearch = useCallback(
    (change: Change) =>
      void navigate({
        search: (before) => ({ ...before, ...change }),
        replace: true,
        resetScroll: false,
      }),
    [navigate],
  );
  const copyLink = async () => {
    const { playing, tick } = player.state;
    const link = compareLink({ ...search, frame: playing ? undefined : tick });
    try {
      await navigator.clipboard.writeText(link);
      say("The link is copied. It shows the same clips, layout and frame.");
    } catch {
      sayError(new Error(`The browser does not let the link be copied: ${link}`));
    }
  };

  const actions = (
    <>
      <Link to="/compare/blind" className={style.link} title="Vote without names and scores">
        <EyeOff aria-hidden /> Blind
      </Link>
      <Link to="/shots" className={style.link} title="Choose more test shots in the gallery">
        <Plus aria-hidden /> Add
      </Link>
      <Button onClick={() => void copyLink()} disabled={shots.length === 0}>
        <Link2 aria-hidden /> Copy link
      </Button>
    </>
  );
  return (
    <Page title="Compare" actions={actions}>
      {content()}
    </Page>
  );

  function content() {
    if (search.shots.length === 0) {
      return (
        <Empty title="Nothing to compare yet" action={<Link to="/shots">To the test shots</Link>}>
          Choose two to nine test shots in the gallery, and look at them frame by frame side by
          side.
        </Empty>
      );
    }
    if (loading) return <Loading cards={search.shots.length} label="Loading the test shots" />;
    if (shots.length === 0) return <Failure error={failures[0]?.error} />;
    return (
      <>
        {failures.map(({ id }) => (
          <p key={id} className={style.missing} role="alert">
            Test shot {id} cannot be loaded; it may have been deleted.{" "}
            <Button
              size="s"
              onClick={() => onSearch({ shots: search.shots.filter((one) => one !== id) })}
            >
              Leave it out
            </Button>
          </p>
        ))}
        <Comparison player={player} shots={shots} search={search} onSearch={onSearch} />
      </>
    );
  }
}
