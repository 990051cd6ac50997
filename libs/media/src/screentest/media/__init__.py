"""Reading, writing, joining and labelling video with PyAV."""
