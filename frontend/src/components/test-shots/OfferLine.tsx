/** What it costs and when it starts, before one pays. */

import type { UseQueryResult } from "@tanstack/react-query";
import { Zap } from "lucide-react";
import type { components } from "@/api/schema";
import type { Quote } from "@/api/types";
import { percent, seconds } from "@/ui/format";
import style from "./OfferLine.module.css";

type Offer = components["schemas"]["Offer"];

interface OfferLineProps {
  offer: UseQueryResult<Offer>;
  fault: string | undefined;
}

export function OfferLine({ offer, fault }: OfferLineProps) {
  if (fault) {
    return (
      <p className={style.fault} role="alert">
        {fault}
      </p>
    );
  }
  if (offer.isError) return <p className={style.fault}>Correct what is marked.</p>;
  const { data } = offer;
  return (
    <p className={style.offer} data-stale={offer.isPlaceholderData || undefined} role="status">
      <Zap aria-hidden />
      {data ? (
        <span>
          <strong>{price(data)}</strong>
          {data.renders > 0 && `, ${percent(data.share_of_scenes)} of the scene`}
          {data.renders > 0 && start(data.starts_in_s)}
          {!data.is_within_budget && (
            <em> Your budget does not allow it: {seconds(data.budget_left_s)} are left today.</em>
          )}
        </span>
      ) : (
        <span>{offer.isFetching ? "Reckoning the price" : "Choose a character"}</span>
      )}
    </p>
  );
}

export function price({ renders, gpu_seconds, unknown_renders }: Quote): string {
  if (renders === 0) return "Costs nothing: the same has been rendered";
  const shots = renders === 1 ? "" : `${renders} renders, `;
  if (!gpu_seconds) {
    return renders === unknown_renders
      ? `${shots}no estimate yet, as nothing like it was rendered before`
      : `${shots}no estimate for ${unknown_renders} of them`;
  }
  return `${shots ? `${shots}about` : "About"} ${seconds(gpu_seconds.median)} of GPU`;
}

function start(startsIn: number | null): string {
  if (startsIn === null) return "";
  return startsIn < 2 ? "; starts at once" : `; starts in about ${seconds(startsIn)}`;
}
