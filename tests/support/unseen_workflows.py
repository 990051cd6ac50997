"""Graphs of Wan, full of other people's nodes."""

from screentest.common.graphs import Graph
from support.workflows import node


def quantised_pair() -> Graph:
    """Wan 2.2 in two stages, quantised; values in nodes of four kinds; interpolated at the end."""
    return {
        "1": node("UnetLoaderGGUF", unet_name="Wan2.2-I2V-A14B-HighNoise-Q4_K_M.gguf"),
        "2": node("UnetLoaderGGUF", unet_name="Wan2.2-I2V-A14B-LowNoise-Q4_K_M.gguf"),
        "3": node(
            "LoraLoaderModelOnly",
            model="1:0", lora_name="lightx2v_high_noise.safetensors", strength_model=1.0,
        ),
        "4": node(
            "LoraLoaderModelOnly",
            model="2:0", lora_name="lightx2v_low_noise.safetensors", strength_model=1.0,
        ),
        "5": node(
            "LoraLoaderModelOnly",
            model="3:0", lora_name="style_high.safetensors", strength_model=0.6,
        ),
        "6": node(
            "LoraLoaderModelOnly",
            model="4:0", lora_name="style_low.safetensors", strength_model=0.6,
        ),
        "7": node("ModelSamplingSD3", model="5:0", shift="30:0"),
        "8": node("ModelSamplingSD3", model="6:0", shift="30:0"),
        "9": node("CLIPLoader", clip_name="umt5.safetensors", type="wan"),
        "10": node("CLIPTextEncode", text="31:0", clip="9:0"),
        "11": node("CLIPTextEncode", text="bad", clip="9:0"),
        "12": node("LoadImage", image="a.png"),
        "13": node("ImageResizeKJv2", image="12:0", width=832, height=480, divisible_by=16),
        "14": node(
            "WanImageToVideo",
            positive="10:0", negative="11:0", vae="15:0", start_image="13:0", width="13:1",
            height="13:2", length="32:0", batch_size=1,
        ),
        "15": node("VAELoader", vae_name="wan_2.1_vae.safetensors"),
        "16": node(
            "KSamplerAdvanced",
            model="7:0", positive="14:0", negative="14:1", latent_image="14:2",
            add_noise="enable", noise_seed="33:0", steps="34:0", cfg=1.0, sampler_name="euler",
            scheduler="simple", start_at_step=0, end_at_step="35:0",
            return_with_leftover_noise="enable",
        ),
        "17": node(
            "KSamplerAdvanced",
            model="8:0", positive="14:0", negative="14:1", latent_image="16:0",
            add_noise="disable", noise_seed="33:0", steps="34:0", cfg=1.0, sampler_name="euler",
            scheduler="simple", start_at_step="35:0", end_at_step=10000,
            return_with_leftover_noise="disable",
        ),
        "18": node("VAEDecodeTiled", samples="17:0", vae="15:0"),
        "19": node("RIFE VFI", frames="18:0", ckpt_name="rife47.pth", multiplier=2),
        "20": node("VHS_VideoCombine", images="19:0", frame_rate="36:0"),
        "30": node("PrimitiveFloat", value=8.0),
        "31": node("PrimitiveStringMultiline", value="a cat runs"),
        "32": node("INTConstant", value=81),
        "33": node("Seed (rgthree)", seed=123),
        "34": node("PrimitiveInt", value=8),
        "35": node("PrimitiveInt", value=4),
        "36": node("FloatConstant", value=32.0),
    }  # fmt: skip


def wrapper_pair() -> Graph:
    """WanVideoWrapper with two models, a stack of LoRAs set on each, start and end picture."""
    return {
        "1": node("WanVideoModelLoader", model="Wan2_2-I2V-A14B-HIGH_fp8.safetensors"),
        "2": node("WanVideoModelLoader", model="Wan2_2-I2V-A14B-LOW_fp8.safetensors"),
        "3": node("WanVideoSetLoRAs", model="1:0", lora="5:0"),
        "4": node("WanVideoSetLoRAs", model="2:0", lora="6:0"),
        "5": node(
            "WanVideoLoraSelectMulti",
            lora_0="x_high.safetensors", strength_0=1.0, lora_1="none", strength_1=1.0,
            lora_2="none", strength_2=1.0,
        ),
        "6": node(
            "WanVideoLoraSelectMulti",
            lora_0="x_low.safetensors", strength_0=1.0, lora_1="none", strength_1=1.0,
            lora_2="none", strength_2=1.0,
        ),
        "7": node(
            "WanVideoTextEncodeCached",
            model_name="umt5.safetensors", positive_prompt="cat", negative_prompt="bad",
        ),
        "8": node("LoadImage", image="s.png"),
        "88": node("LoadImage", image="e.png"),
        "9": node(
            "WanVideoImageToVideoEncode",
            vae="11:0", start_image="8:0", end_image="88:0", width=832, height=480, num_frames=81,
        ),
        "10": node(
            "WanVideoSampler",
            model="3:0", image_embeds="9:0", text_embeds="7:0", steps=8, cfg=1.0, shift=8.0,
            seed=3, scheduler="dpm++_sde", start_step=0, end_step=4,
        ),
        "12": node(
            "WanVideoSampler",
            model="4:0", image_embeds="9:0", text_embeds="7:0", samples="10:0", steps=8, cfg=1.0,
            shift=8.0, seed=3, scheduler="dpm++_sde", start_step=4, end_step=-1,
        ),
        "11": node("WanVideoVAELoader", model_name="wan_vae.safetensors"),
        "13": node("WanVideoDecode", vae="11:0", samples="12:0"),
        "14": node("CreateVideo", images="13:0", fps=16.0),
        "15": node("SaveVideo", video="14:0"),
        "16": node("PreviewImage", images="8:0"),
    }  # fmt: skip


def many_nodes() -> Graph:
    """The sampler taken apart, rgthree's LoRAs, easy-use's texts, a mask, pictures from a path."""
    return {
        "1": node("UNETLoader", unet_name="wan21.safetensors"),
        "2": node("CLIPLoader", clip_name="umt5.safetensors", type="wan"),
        "3": node(
            "Power Lora Loader (rgthree)",
            model="1:0", clip="2:0", PowerLoraLoaderHeaderWidget={"type": "h"},
            lora_1={"on": False, "lora": "off.safetensors", "strength": 1.0},
            lora_2={"on": True, "lora": "on.safetensors", "strength": 0.5},
            lora_3={"on": True, "lora": "None", "strength": 1.0},
        ),
        "4": node("Reroute", **{"": "3:0"}),
        "5": node("ModelSamplingSD3", model="4:0", shift=8.0),
        "6": node("easy positive", positive="a fox in snow"),
        "7": node("easy negative", negative="ugly"),
        "8": node("CLIPTextEncode", clip="3:1", text="6:0"),
        "9": node("CLIPTextEncode", clip="3:1", text="7:0"),
        "10": node("Text Concatenate", text_a="11:0", text_b="12:0"),
        "13": node("LoadImageFromPath", image="/x/y.png"),
        "14": node("LoadImageMask", image="mask.png", channel="alpha"),
        "15": node("ImageScale", image="13:0", width=832, height=480),
        "16": node(
            "WanFirstLastFrameToVideo",
            positive="8:0", negative="9:0", vae="17:0", start_image="15:0", end_image="18:0",
            width=832, height=480, length=81, batch_size=1,
        ),
        "17": node("VAELoader", vae_name="wan.safetensors"),
        "18": node("LoadImage", image="end.png"),
        "19": node("CFGGuider", model="5:0", positive="16:0", negative="16:1", cfg=5.0),
        "20": node("RandomNoise", noise_seed="21:0"),
        "21": node("Seed Everywhere", seed=11),
        "22": node("KSamplerSelect", sampler_name="uni_pc"),
        "23": node("BasicScheduler", model="5:0", scheduler="simple", steps=25, denoise=1.0),
        "24": node(
            "SamplerCustomAdvanced",
            noise="20:0", guider="19:0", sampler="22:0", sigmas="23:0", latent_image="16:2",
        ),
        "25": node("VAEDecode", samples="24:0", vae="17:0"),
        "26": node("CreateVideo", images="25:0", fps=16),
        "27": node("SaveVideo", video="26:0"),
        "28": node("PreviewImage", images="15:0"),
        "11": node("PrimitiveString", value="a"),
        "12": node("PrimitiveString", value="b"),
        "29": node("MaskPreview+", mask="14:0"),
    }  # fmt: skip


def switches() -> Graph:
    """Switches between models, texts and pictures, and a number of frames that is computed."""
    return {
        "1": node("UNETLoader", unet_name="wan.safetensors"),
        "30": node("UNETLoader", unet_name="wan_gguf.safetensors"),
        "31": node("Any Switch (rgthree)", any_01="1:0", any_02="30:0"),
        "2": node("CLIPLoader", clip_name="umt5.safetensors", type="wan"),
        "8": node("CLIPTextEncode", clip="2:0", text="32:0"),
        "32": node("Text Prompt (JPS)", text="prompt text"),
        "9": node("CLIPTextEncode", clip="2:0", text="33:0"),
        "33": node("ImpactSwitch", select=1, sel_mode=False, input1="34:0", input2="35:0"),
        "34": node("PrimitiveString", value="bad 1"),
        "35": node("PrimitiveString", value="bad 2"),
        "16": node(
            "WanImageToVideo",
            positive="8:0", negative="9:0", vae="17:0", start_image="18:0", width=832, height=480,
            length="40:0", batch_size=1,
        ),
        "40": node("SimpleMath+", a="41:0", b="42:0", value="a*b+1"),
        "41": node("PrimitiveInt", "seconds", value=5),
        "42": node("PrimitiveInt", "fps", value=16),
        "17": node("VAELoader", vae_name="wan.safetensors"),
        "18": node("easy imageSwitch", image1="19:0", image2="20:0", boolean=True),
        "19": node("LoadImage", image="a.png"),
        "20": node("LoadImage", image="b.png"),
        "24": node(
            "KSampler",
            model="31:0", positive="16:0", negative="16:1", latent_image="16:2", seed="43:0",
            steps="44:0", cfg=6.0, sampler_name="euler", scheduler="simple", denoise=1.0,
        ),
        "43": node("CR Seed", seed=3),
        "44": node("ImpactInt", value=20),
        "25": node("VAEDecode", samples="24:0", vae="17:0"),
        "26": node("CreateVideo", images="25:0", fps="42:0"),
        "27": node("SaveVideo", video="26:0"),
    }  # fmt: skip
