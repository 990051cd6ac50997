"""What requests carry. What is answered are the domain's own objects, and pages of them."""
