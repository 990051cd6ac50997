"""Graphs as ComfyUI exports them, of the families of video models that people use."""

from typing import Any

from screentest.common.graphs import Graph


def node(class_type: str, title: str = "", **inputs: Any) -> dict[str, Any]:
    """A node; an input written as "7:1" is a link to output 1 of node 7."""
    linked = {
        name: [value.split(":")[0], int(value.split(":")[1])]
        if isinstance(value, str) and ":" in value
        else value
        for name, value in inputs.items()
    }
    return {"class_type": class_type, "inputs": linked} | (
        {"_meta": {"title": title}} if title else {}
    )


def wan() -> Graph:
    """Wan 2.1, image to video: one sampler, two LoRAs and the conditioning behind one node."""
    return {
        "1": node("UNETLoader", unet_name="wan.safetensors"),
        "2": node("LoraLoaderModelOnly", lora_name="b.pt", strength_model=0.8, model="3:0"),
        "3": node("LoraLoaderModelOnly", lora_name="a.pt", strength_model=1.0, model="1:0"),
        "4": node("CLIPTextEncode", text="a cat", clip="9:0"),
        "5": node("CLIPTextEncode", text="blurry", clip="9:0"),
        "6": node("LoadImage", image="start.png"),
        "7": node(
            "WanImageToVideo",
            positive="4:0", negative="5:0", vae="10:0", start_image="6:0",
            width=832, height=480, length=33, batch_size=1,
        ),
        "8": node(
            "KSampler",
            model="2:0", positive="7:0", negative="7:1", latent_image="7:2",
            seed=5, steps=20, cfg=6.0, sampler_name="uni_pc", scheduler="simple", denoise=1.0,
        ),
        "9": node("CLIPLoader", clip_name="umt5.safetensors"),
        "10": node("VAELoader", vae_name="wan_vae.safetensors"),
        "11": node("VAEDecode", samples="8:0", vae="10:0"),
        "12": node("CreateVideo", images="11:0", fps=16.0),
        "13": node("SaveVideo", video="12:0", filename_prefix="clip"),
    }  # fmt: skip


def wan_pair(*, loaders: bool = True) -> Graph:
    """Wan 2.2, image to video: a model for high noise, then one for low noise, each with a LoRA."""
    sampler = {
        "steps": 20, "cfg": 3.5, "sampler_name": "euler", "scheduler": "simple",
        "positive": "7:0", "negative": "7:1",
    }  # fmt: skip
    high, low = ("56:0", "59:0") if loaders else ("55:0", "58:0")
    graph = {
        "4": node("CLIPTextEncode", text="a cat", clip="9:0"),
        "5": node("CLIPTextEncode", text="blurry", clip="9:0"),
        "6": node("LoadImage", image="start.png"),
        "7": node(
            "WanImageToVideo",
            positive="4:0", negative="5:0", vae="10:0", start_image="6:0",
            width=832, height=480, length=81, batch_size=1,
        ),
        "9": node("CLIPLoader", clip_name="umt5.safetensors", type="wan"),
        "10": node("VAELoader", vae_name="wan_vae.safetensors"),
        "11": node("VAEDecode", samples="62:0", vae="10:0"),
        "12": node("CreateVideo", images="11:0", fps=16),
        "13": node("SaveVideo", video="12:0", filename_prefix="clip"),
        "55": node("UNETLoader", unet_name="wan2.2_i2v_high_noise_14B_fp8.safetensors"),
        "57": node("ModelSamplingSD3", model=high, shift=8.0),
        "58": node("UNETLoader", unet_name="wan2.2_i2v_low_noise_14B_fp8.safetensors"),
        "60": node("ModelSamplingSD3", model=low, shift=8.0),
        "61": node(
            "KSamplerAdvanced",
            model="57:0", latent_image="7:2", add_noise="enable", noise_seed=77,
            start_at_step=0, end_at_step=10, return_with_leftover_noise="enable", **sampler,
        ),
        "62": node(
            "KSamplerAdvanced",
            model="60:0", latent_image="61:0", add_noise="disable", noise_seed=0,
            start_at_step=10, end_at_step=10_000, return_with_leftover_noise="disable", **sampler,
        ),
    }  # fmt: skip
    if loaders:
        graph["56"] = node(
            "LoraLoaderModelOnly", model="55:0", lora_name="fast_high_noise.pt", strength_model=1.0
        )
        graph["59"] = node(
            "LoraLoaderModelOnly", model="58:0", lora_name="fast_low_noise.pt", strength_model=1.0
        )
    return graph


def ltx() -> Graph:
    """LTX-Video, image to video: the sampler taken apart, the checkpoint without a CLIP."""
    return {
        "1": node("CheckpointLoaderSimple", ckpt_name="ltx-video-2b.safetensors"),
        "2": node("CLIPLoader", clip_name="t5xxl.safetensors", type="ltxv"),
        "3": node("CLIPTextEncode", text="a boat", clip="2:0"),
        "4": node("CLIPTextEncode", text="worst quality", clip="2:0"),
        "5": node("LoadImage", image="boat.png"),
        "6": node(
            "LTXVImgToVideo",
            positive="3:0", negative="4:0", vae="1:2", image="5:0",
            width=768, height=512, length=97, batch_size=1, strength=0.9,
        ),
        "7": node("LTXVConditioning", positive="6:0", negative="6:1", frame_rate=25.0),
        "8": node(
            "LTXVScheduler",
            latent="6:2", steps=30, max_shift=2.05, base_shift=0.95, stretch=True, terminal=0.1,
        ),
        "9": node("KSamplerSelect", sampler_name="res_multistep"),
        "10": node(
            "SamplerCustom",
            model="1:0", positive="7:0", negative="7:1", sampler="9:0", sigmas="8:0",
            latent_image="6:2", add_noise=True, noise_seed=4, cfg=3.0,
        ),
        "11": node("VAEDecode", samples="10:0", vae="1:2"),
        "12": node("CreateVideo", images="11:0", fps=25.0),
        "13": node("SaveVideo", video="12:0", filename_prefix="clip"),
    }  # fmt: skip


def svd() -> Graph:
    """Stable Video Diffusion: no prompt, and a rate of its own beside that of the file."""
    return {
        "1": node("ImageOnlyCheckpointLoader", ckpt_name="svd_xt.safetensors"),
        "2": node("LoadImage", image="hill.png"),
        "3": node(
            "SVD_img2vid_Conditioning",
            clip_vision="1:1", init_image="2:0", vae="1:2",
            width=1024, height=576, video_frames=25, motion_bucket_id=127, fps=6,
            augmentation_level=0.0,
        ),
        "4": node("VideoLinearCFGGuidance", model="1:0", min_cfg=1.0),
        "5": node(
            "KSampler",
            model="4:0", positive="3:0", negative="3:1", latent_image="3:2",
            seed=8, steps=20, cfg=2.5, sampler_name="euler", scheduler="karras", denoise=1.0,
        ),
        "6": node("VAEDecode", samples="5:0", vae="1:2"),
        "7": node(
            "SaveAnimatedWEBP",
            images="6:0", filename_prefix="clip", fps=10.0, lossless=False, quality=85,
            method="default",
        ),
    }  # fmt: skip


def animate_diff() -> Graph:
    """Stable Diffusion 1.5 with a motion module, two LoRAs for model and CLIP, VHS at the end."""
    return {
        "1": node("CheckpointLoaderSimple", ckpt_name="dreamy.safetensors"),
        "2": node(
            "LoraLoader",
            model="1:0", clip="1:1", lora_name="first.pt", strength_model=0.7, strength_clip=0.7,
        ),
        "3": node(
            "LoraLoader",
            model="2:0", clip="2:1", lora_name="second.pt", strength_model=0.5, strength_clip=0.2,
        ),
        "4": node("ADE_AnimateDiffLoaderGen1", model="3:0", model_name="mm_v3.ckpt"),
        "5": node("CLIPTextEncode", text="a fox", clip="3:1"),
        "6": node("CLIPTextEncode", text="ugly", clip="3:1"),
        "7": node("EmptyLatentImage", width=512, height=512, batch_size=16),
        "8": node(
            "KSampler",
            model="4:0", positive="5:0", negative="6:0", latent_image="7:0",
            seed=6, steps=25, cfg=7.0, sampler_name="dpmpp_2m", scheduler="karras", denoise=1.0,
        ),
        "9": node("VAEDecode", samples="8:0", vae="10:0"),
        "10": node("VAELoader", vae_name="mse.safetensors"),
        "11": node(
            "VHS_VideoCombine",
            images="9:0", frame_rate=8, loop_count=0, filename_prefix="clip",
            format="video/h264-mp4", pingpong=False, save_output=True,
        ),
    }  # fmt: skip


def power_lora() -> Graph:
    """As `animate_diff`, its loaders in one node of rgthree's; the second LoRA is switched off."""
    graph = animate_diff()
    del graph["2"]
    graph["3"] = node("Power Lora Loader (rgthree)", model="1:0", clip="1:1")
    graph["3"]["inputs"] |= {
        "PowerLoraLoaderHeaderWidget": {"type": "PowerLoraLoaderHeaderWidget"},
        "lora_1": {"on": True, "lora": "first.pt", "strength": 0.7},
        "lora_2": {"on": False, "lora": "second.pt", "strength": 0.5},
        "lora_3": {"on": True, "lora": "third.pt", "strength": 0.3, "strengthTwo": 0.1},
        "\u2795 Add Lora": "",
    }
    return graph


def flux() -> Graph:
    """A sampler taken apart: noise, guider and sigmas; guidance beside the prompt; a primitive."""
    return {
        "1": node("UNETLoader", unet_name="flux-dev.safetensors", weight_dtype="default"),
        "2": node("DualCLIPLoader", clip_name1="t5xxl.pt", clip_name2="clip_l.pt"),
        "3": node("CLIPTextEncodeFlux", clip="2:0", clip_l="tree", t5xxl="a tree", guidance=3.5),
        "4": node("FluxGuidance", conditioning="14:0", guidance=3.5),
        "5": node("BasicGuider", model="1:0", conditioning="4:0"),
        "6": node("RandomNoise", noise_seed="15:0"),
        "7": node("KSamplerSelect", sampler_name="euler"),
        "8": node("BasicScheduler", model="1:0", scheduler="simple", steps=20, denoise=1.0),
        "9": node("EmptySD3LatentImage", width="16:0", height=768, batch_size=1),
        "10": node(
            "SamplerCustomAdvanced",
            noise="6:0", guider="5:0", sampler="7:0", sigmas="8:0", latent_image="9:0",
        ),
        "11": node("VAEDecode", samples="10:0", vae="12:0"),
        "12": node("VAELoader", vae_name="ae.safetensors"),
        "13": node("SaveImage", images="11:0", filename_prefix="still"),
        "14": {"class_type": "Reroute", "inputs": {"": ["3", 0]}},
        "15": node("PrimitiveInt", value=12),
        "16": node("PrimitiveInt", value=1024),
    }  # fmt: skip


def wan_wrapper() -> Graph:
    """WanVideoWrapper's own loader, sampler and LoRA node."""
    return {
        "1": node("WanVideoModelLoader", model="wan.safetensors", lora="2:0"),
        "2": node("WanVideoLoraSelect", lora="a.pt", strength=0.9),
        "3": node("WanVideoTextEncode", positive_prompt="a fox", negative_prompt="ugly", t5="10:0"),
        "4": node("LoadImage", image="fox.png"),
        "5": node(
            "WanVideoImageToVideoEncode",
            vae="11:0", start_image="4:0", width=832, height=480, num_frames=81,
        ),
        "6": node(
            "WanVideoSampler",
            model="1:0", image_embeds="5:0", text_embeds="3:0",
            steps=30, cfg=6.0, shift=5.0, seed=3, scheduler="unipc",
        ),
        "7": node("WanVideoDecode", vae="11:0", samples="6:0"),
        "8": node("VHS_VideoCombine", images="7:0", frame_rate=16, filename_prefix="clip"),
        "10": node("LoadWanVideoT5TextEncoder", model_name="umt5.safetensors"),
        "11": node("WanVideoVAELoader", model_name="wan_vae.safetensors"),
    }  # fmt: skip


#: One of each way in which people build such graphs.
FAMILIES = [wan, wan_pair, ltx, svd, animate_diff, power_lora, flux, wan_wrapper]
