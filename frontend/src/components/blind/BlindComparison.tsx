import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import type { BlindPair, Winner } from "@/api/types";
import { useMay } from "@/session/session";
import { Empty, Failure, Loading } from "@/ui/States";
import { say, sayError } from "@/ui/toast";
import { BlindVote } from "./BlindVote";
import { pairAfter } from "./skipping";
import { blindKeys, nextPair, vote } from "./votes";

/** One pair after another, until all are voted on. */
export function BlindComparison({ sceneTypeId }: { sceneTypeId: number }) {
  const client = useQueryClient();
  const may = useMay("creator");
  const queryKey = blindKeys.next(sceneTypeId);
  const pair = useQuery({
    queryKey,
    queryFn: () => nextPair(sceneTypeId),
    // A pair stays until it is voted on: nothing may change under one's eyes.
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnReconnect: false,
    enabled: may,
  });
  const skipped = useRef<readonly BlindPair[]>([]);
  const next = useMutation({
    mutationFn: async (winner: Winner | null) => {
      const before = pair.data;
      if (before && winner) await vote(before, winner);
      const after = await pairAfter(
        (without) => nextPair(sceneTypeId, without),
        skipped.current,
        winner ? null : before,
      );
      skipped.current = after.skipped;
      client.setQueryData(queryKey, after.pair);
      if (after.note) say(after.note);
      if (winner) void client.invalidateQueries({ queryKey: blindKeys.rankings });
    },
    onError: sayError,
  });

  if (!may) return <Empty title="Viewers do not vote">The ranking shows what others said.</Empty>;
  if (pair.isPending) return <Loading cards={2} label="Loading two clips" />;
  if (pair.error) return <Failure error={pair.error} retry={() => void pair.refetch()} />;
  if (!pair.data) {
    return (
      <Empty title="You have compared all there is">
        Render more test shots of this scene type, or look at the ranking.
      </Empty>
    );
  }
  const { left, right } = pair.data;
  return (
    <BlindVote
      key={left.token + right.token}
      pair={pair.data}
      busy={next.isPending}
      onVote={(winner) => next.mutate(winner)}
      onSkip={() => next.isPending || next.mutate(null)}
    />
  );
}
